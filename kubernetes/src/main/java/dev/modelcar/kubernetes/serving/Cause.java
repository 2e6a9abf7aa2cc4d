package dev.modelcar.kubernetes.serving;

import java.util.List;

/**
 * Why an image is not served.
 *
 * @param rule stable id
 * @param title in one sentence
 * @param object that shows it, such as {@code pod/NAME}
 * @param evidence what the cluster says, in its own words
 * @param fix what to do
 */
public record Cause(String rule, String title, String object, List<String> evidence, String fix) {}
