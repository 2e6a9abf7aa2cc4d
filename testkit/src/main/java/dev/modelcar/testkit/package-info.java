/**
 * Servers and models for tests, benchmarks and the demo.
 *
 * <p>A model that takes no memory comes from {@link dev.modelcar.testkit.model.GeneratedModel}; a
 * {@link dev.modelcar.testkit.hub.FakeHub} serves it, a {@link
 * dev.modelcar.testkit.registry.FakeRegistry} takes it, and either fails when a {@link
 * dev.modelcar.testkit.fault.FaultPlan} says so. Registries that are installed on the machine are
 * started by {@link dev.modelcar.testkit.RealRegistry}, and the way to them is broken by a {@link
 * dev.modelcar.testkit.net.FaultyLink}.
 */
@NullMarked
package dev.modelcar.testkit;

import org.jspecify.annotations.NullMarked;
