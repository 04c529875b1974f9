// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** How a test commands a guest it wrote: a line there, a line back, over a UNIX socket beside the machine file. */
final class Commands implements AutoCloseable {
    private final SocketChannel channel;
    private final BufferedReader answers;
    private final Writer commands;

    /** What a guest does with a command; what it answers. */
    @FunctionalInterface
    interface Handler {
        String handle(String command) throws Exception;
    }

    private Commands(SocketChannel channel) {
        this.channel = channel;
        this.answers = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
        this.commands = Channels.newWriter(channel, StandardCharsets.UTF_8);
    }

    /** The test's end; waits for the guest to listen. */
    static Commands connect(Path socket) {
        SocketChannel connected = await().atMost(TestMachine.PATIENCE)
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> SocketChannel.open(UnixDomainSocketAddress.of(socket)), channel -> true);
        return new Commands(connected);
    }

    String send(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the guest is gone: command=" + command);
        }
        return answer;
    }

    /** The guest's end: serves one test after the other, for ever. */
    static void serve(Path socket, Handler handler) throws IOException {
        try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            Path early = socket.resolveSibling(socket.getFileName() + ".new");
            listener.bind(UnixDomainSocketAddress.of(early));
            Files.move(early, socket, StandardCopyOption.REPLACE_EXISTING); // whoever sees it can connect
            while (true) {
                try (Commands test = new Commands(listener.accept())) {
                    test.answerAll(handler);
                }
            }
        }
    }

    private void answerAll(Handler handler) throws IOException {
        for (String command = answers.readLine(); command != null; command = answers.readLine()) {
            commands.write(answer(handler, command).replace('\n', ' ') + "\n");
            commands.flush();
        }
    }

    private static String answer(Handler handler, String command) {
        try {
            return handler.handle(command);
        } catch (Exception e) {
            return "failed: " + e;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
