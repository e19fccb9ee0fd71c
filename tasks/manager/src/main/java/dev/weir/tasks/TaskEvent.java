package dev.weir.tasks;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** One try of a task, as Flight Recorder shows it; while nothing records, it is nothing. */
@Name("dev.weir.Task")
@Label("Task")
@Category("Weir")
@Description("One try of a task, from the start of its body to its end")
@StackTrace(false)
final class TaskEvent extends Event {

  @Label("Name")
  String task = "";

  @Label("Number")
  long taskId;

  @Label("Try")
  int attempt;

  @Label("Failure")
  @Description("The class of what the body threw; empty if it returned")
  String failure = "";

  void ended(LiveTask<?> live, int number, @Nullable Throwable thrown) {
    end();
    if (shouldCommit()) {
      task = live.name();
      taskId = live.id();
      attempt = number;
      failure = thrown == null ? "" : thrown.getClass().getName();
      commit();
    }
  }
}
