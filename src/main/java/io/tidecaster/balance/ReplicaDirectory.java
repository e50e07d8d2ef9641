package io.tidecaster.balance;

import io.tidecaster.workload.Scaler;
import java.util.List;
import java.util.Set;

/** The border to whatever knows where the replicas are. Safe for many threads; never throws. */
public interface ReplicaDirectory {
  /** Where no replica has an address: the demo's are simulated. */
  ReplicaDirectory NONE =
      new ReplicaDirectory() {
        @Override
        public Sighting replicas(Scaler scaler) {
          return new Unknown("there is no cluster to ask");
        }

        @Override
        public void condemn(Scaler scaler, Set<String> names) {}

        @Override
        public void spare(Scaler scaler, Set<String> names) {}
      };

  /** Looks for the scaler's ready replicas; blocks, within a bound. */
  Sighting replicas(Scaler scaler);

  /** Makes these the first to go when there are to be fewer; as far as it can. */
  void condemn(Scaler scaler, Set<String> names);

  /** Takes that back. */
  void spare(Scaler scaler, Set<String> names);

  /** What was seen. */
  sealed interface Sighting {}

  /** All that are ready, which may be none. */
  record Known(List<Replica> replicas) implements Sighting {
    public Known {
      replicas = List.copyOf(replicas);
    }
  }

  /** They could not be read, which is not the same as none. */
  record Unknown(String detail) implements Sighting {}
}
