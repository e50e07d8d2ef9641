package io.tidecaster.workload;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** The catalog whose owner writes each change into it; changes that change nothing are not told. */
public final class ScalerRoster implements ScalerCatalog {
  private final ConcurrentSkipListMap<ScalerId, Scaler> scalers = new ConcurrentSkipListMap<>();
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

  /** A roster of these scalers. */
  public static ScalerRoster of(Collection<Scaler> scalers) {
    var roster = new ScalerRoster();
    scalers.forEach(roster::put);
    return roster;
  }

  @Override
  public Collection<Scaler> scalers() {
    return List.copyOf(scalers.values());
  }

  @Override
  public Optional<Scaler> find(ScalerId id) {
    return Optional.ofNullable(scalers.get(id));
  }

  @Override
  public Subscription onChange(Listener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Adds the scaler, or puts it in the place of the one with its id. */
  public synchronized void put(Scaler scaler) {
    if (!scaler.equals(scalers.put(scaler.id(), scaler))) {
      tell(scaler.id(), Optional.of(scaler));
    }
  }

  public synchronized void remove(ScalerId id) {
    if (scalers.remove(id) != null) {
      tell(id, Optional.empty());
    }
  }

  /** Makes these all the scalers there are. */
  public synchronized void replaceAll(Collection<Scaler> replacement) {
    var ids = replacement.stream().map(Scaler::id).collect(Collectors.toSet());
    scalers.keySet().stream().filter(id -> !ids.contains(id)).toList().forEach(this::remove);
    replacement.forEach(this::put);
  }

  private void tell(ScalerId id, Optional<Scaler> now) {
    listeners.forEach(listener -> listener.changed(id, now));
  }
}
