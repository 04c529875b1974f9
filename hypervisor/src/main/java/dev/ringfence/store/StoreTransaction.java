// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

/**
 * Reads and writes that take effect together or not at all, made by {@link StoreClient#transaction}. It sees the tree
 * as it was when it began, with its own changes; others see those only once it is committed. Of no use after its work.
 */
public final class StoreTransaction extends StoreAccess {
    private final StoreClient client;
    private final int id;
    private final int epoch;
    private volatile boolean ended;

    /** @param epoch which of the stores that the client has had began it */
    StoreTransaction(StoreClient client, int id, int epoch) {
        this.client = client;
        this.id = id;
        this.epoch = epoch;
    }

    @Override
    StoreMessage call(StoreMessageType type, String path, byte[] payload) {
        if (ended) {
            throw new IllegalStateException("the transaction has ended: path=" + path);
        }
        return client.call(type, new StoreClient.Context(id, epoch), path, payload);
    }

    /** False if another commit came between. */
    boolean commit() {
        try {
            end("T");
            return true;
        } catch (StoreException e) {
            if (e.error() != StoreError.EAGAIN) {
                throw e;
            }
            return false;
        }
    }

    /** Gives the transaction up because of a failure, which stays the one to report. */
    void abort(Throwable failure) {
        try {
            end("F");
        } catch (StoreException e) {
            failure.addSuppressed(e);
        }
    }

    private void end(String commit) {
        ended = true;
        client.call(
                StoreMessageType.TRANSACTION_END,
                new StoreClient.Context(id, epoch),
                "transaction",
                StoreMessage.strings(commit));
    }
}
