/**
 * The room of tasks that wait for each other.
 *
 * <p>A {@link dev.weir.tasks.flow.graph.GraphPlan} gathers nodes and what they need, is checked as
 * a whole, and becomes a {@link dev.weir.tasks.flow.graph.TaskGraph} that may run often. A run is a
 * task whose children are the nodes: it stands on scopes and knows nothing of how a task is run.
 */
@NullMarked
package dev.weir.tasks.flow.graph;

import org.jspecify.annotations.NullMarked;
