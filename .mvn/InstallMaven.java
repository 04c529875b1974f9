// SPDX-License-Identifier: Apache-2.0
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Downloads a Maven distribution, checks its SHA-512 and unpacks it: {@code java InstallMaven.java URL SHA512 DIRECTORY}.
 * Java and no shell commands, because a machine that has nothing but a JDK has neither curl nor unzip.
 */
public final class InstallMaven {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration DOWNLOAD_TIMEOUT = Duration.ofMinutes(10);

    private InstallMaven() {}

    public static void main(String[] args) throws InterruptedException {
        URI source = URI.create(args[0]);
        Path directory = Path.of(args[2]);
        try {
            System.err.println("downloading " + source + " ...");
            byte[] archive = download(source);
            String sha512 = sha512(archive);
            if (!sha512.equals(args[1])) {
                throw new IOException("its SHA-512 is wrong\n    expected " + args[1] + "\n    found    " + sha512);
            }
            install(archive, directory);
        } catch (IOException e) {
            System.err.println("mvnw: can't install Maven from " + source + ": " + reason(e));
            System.err.println("Install Maven 3.8.6 or newer (Debian and Ubuntu: apt install maven), or set MVNW_REPOURL to a"
                    + " mirror of https://archive.apache.org/dist/maven, or https_proxy to your proxy.");
            System.exit(1);
        }
    }

    private static byte[] download(URI source) throws IOException, InterruptedException {
        HttpClient.Builder client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(CONNECT_TIMEOUT);
        proxy(source).ifPresent(client::proxy);
        HttpRequest request =
                HttpRequest.newBuilder(source).timeout(DOWNLOAD_TIMEOUT).build();
        HttpResponse<byte[]> response = client.build().send(request, HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException("HTTP status " + response.statusCode());
        }
        return response.body();
    }

    /** The proxy that https_proxy or http_proxy names, as every other command on this machine would take it. */
    private static Optional<ProxySelector> proxy(URI source) {
        String proxy = System.getenv(source.getScheme() + "_proxy");
        if (proxy == null || proxy.isBlank()) {
            return Optional.empty();
        }
        URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
        int port = address.getPort() < 0 ? 80 : address.getPort();
        return Optional.of(ProxySelector.of(new InetSocketAddress(address.getHost(), port)));
    }

    private static String sha512(byte[] archive) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(archive));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-512", e);
        }
    }

    /** Unpacks next to the directory and renames, so that a run cut short or a second run at the same time harms nothing. */
    private static void install(byte[] archive, Path directory) throws IOException {
        Path parent = Files.createDirectories(directory.getParent());
        Path unpacked = Files.createTempDirectory(parent, "unpacking-");
        unpack(archive, unpacked);
        if (!unpacked.resolve("bin/mvn").toFile().setExecutable(true, false)) {
            throw new IOException("the archive has no bin/mvn");
        }
        try {
            Files.move(unpacked, directory);
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
            System.err.println("another mvnw was quicker; " + unpacked + " can be deleted");
        }
    }

    /** Every name in the archive starts with apache-maven-VERSION/, which is left out. */
    private static void unpack(byte[] archive, Path directory) throws IOException {
        try (ZipInputStream entries = new ZipInputStream(new ByteArrayInputStream(archive))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path file = directory.resolve(entry.getName().replaceFirst("^[^/]+/", ""));
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(entries, file);
                }
            }
        }
    }

    private static String reason(IOException e) {
        return e instanceof ConnectException ? "can't connect" : String.valueOf(e.getMessage());
    }
}
