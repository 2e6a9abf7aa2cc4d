package dev.modelcar.packaging.weights;

/**
 * A tensor as a header describes it.
 *
 * @param name unique in its file
 * @param dtype such as {@code BF16}
 * @param elements the product of its shape
 * @param bytes of its data
 */
public record TensorInfo(String name, String dtype, long elements, long bytes) {}
