package dev.weir.tasks;

import dev.weir.tasks.work.Starter;
import dev.weir.tasks.work.Work;
import org.jspecify.annotations.Nullable;

/**
 * Starts work of the rooms below as tasks of one kind.
 *
 * @param carried what goes with each; null for what the starting thread carries
 */
record KindStarter(Engine engine, Task task, @Nullable Context carried) implements Starter {

  @Override
  public void start(Work work) {
    var watched = new WatchedWork(work);
    if (carried == null) {
      engine.submit(task, watched);
    } else {
      engine.submit(task, watched, carried);
    }
  }

  @Override
  public Starter fromHere() {
    return new KindStarter(engine, task, engine.carried());
  }
}
