/**
 * The heart. A {@link dev.modelcar.packaging.selection.SelectionPolicy} chooses files of a
 * snapshot, a {@link dev.modelcar.packaging.LayerPlanner} turns them into a plan of layers, a
 * {@link dev.modelcar.packaging.Shipper} ships the plan to targets in one pass.
 */
@NullMarked
package dev.modelcar.packaging;

import org.jspecify.annotations.NullMarked;
