package io.tidecaster.api;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The part of a listing that fits on a page.
 *
 * @param next the cursor of the next page; null on the last
 */
record Slice<T>(List<T> items, @Nullable String next) {

  /**
   * Cuts a listing that was asked for one item more than the page holds.
   *
   * @param place where an item stands, for the cursor of the page after it
   */
  static <T> Slice<T> of(List<T> oneMore, int size, Function<T, String> place) {
    return oneMore.size() > size
        ? new Slice<>(oneMore.subList(0, size), Cursors.of(place.apply(oneMore.get(size - 1))))
        : new Slice<>(oneMore, null);
  }

  <R> List<R> map(Function<T, R> to) {
    return items.stream().map(to).toList();
  }
}
