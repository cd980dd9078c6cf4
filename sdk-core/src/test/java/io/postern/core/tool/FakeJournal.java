package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Tx;
import java.util.ArrayList;
import java.util.List;

/** Keeps entries in memory. */
final class FakeJournal implements Journal {
  private final List<Act> acts = new ArrayList<>();
  private boolean down;

  @Override
  public void write(Tx tx, Act act) {
    throw new UnsupportedOperationException("the guard changes no rows");
  }

  @Override
  public List<Object> values(Act act) {
    throw new UnsupportedOperationException("the guard changes no rows");
  }

  @Override
  public synchronized void write(Act act) {
    if (down) {
      throw new PosternException(ErrorCode.STORE_UNAVAILABLE, "the store is down");
    }
    acts.add(act);
    notifyAll();
  }

  synchronized void goDown() {
    down = true;
  }

  synchronized List<String> actions() {
    return acts.stream().map(Act::action).toList();
  }

  synchronized Act only(String action) {
    List<Act> found = acts.stream().filter(act -> act.action().equals(action)).toList();
    if (found.size() != 1) {
      throw new AssertionError("one " + action + " expected in " + actions());
    }
    return found.get(0);
  }

  /** Waits for an entry that another thread writes. */
  synchronized Act await(String action) throws InterruptedException {
    while (!actions().contains(action)) {
      wait();
    }
    return only(action);
  }
}
