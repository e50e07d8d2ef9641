package io.tidecaster.ingest;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.snappy.SnappyJavaDecompressor;

/** Snappy's block format: the length of the content as a varint, then the compressed content. */
final class SnappyBlock {
  private static final int MAX_VARINT_BYTES = 5;

  private SnappyBlock() {}

  /**
   * How long the block says its content is, in bytes: known before any of it is decompressed.
   *
   * @throws UndecodableException where this is no block
   */
  static long declaredLength(byte[] block) throws UndecodableException {
    long length = 0;
    for (int i = 0; i < Math.min(block.length, MAX_VARINT_BYTES); i++) {
      length |= (long) (block[i] & 0x7f) << (7 * i);
      if (block[i] >= 0) {
        return length;
      }
    }
    throw new UndecodableException("the body is no snappy block: it does not state its length");
  }

  /**
   * The content.
   *
   * @param length what {@link #declaredLength} said, after it was found bearable
   */
  static byte[] decompress(byte[] block, int length) throws UndecodableException {
    byte[] content = new byte[length];
    try {
      int written =
          new SnappyJavaDecompressor()
              .decompress(block, 0, block.length, content, 0, content.length);
      if (written != length) {
        throw new UndecodableException(
            "the snappy block states %d bytes and holds %d".formatted(length, written));
      }
      return content;
    } catch (MalformedInputException e) {
      throw new UndecodableException(
          "the body is no snappy block (the framed format is not taken): " + e.getMessage());
    }
  }
}
