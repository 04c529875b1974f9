// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ringfence.fault.campaign.FaultDescription;
import dev.ringfence.fault.campaign.Ledger;
import dev.ringfence.fault.campaign.OutcomeClass;
import dev.ringfence.fault.campaign.TrialRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportTest {
    private static final String COMMAND = "ringfence experiment run golden.json --seed 42";

    @TempDir
    Path directory;

    private Path ledger;

    @BeforeEach
    void name() {
        ledger = directory.resolve("ledger.jsonl");
    }

    private List<Goal> report() throws IOException {
        return Report.write(ledger, directory.resolve("out"), COMMAND);
    }

    private List<Goal> report(List<TrialRecord> trials) throws IOException {
        GoldenLedger.write(ledger, trials);
        return report();
    }

    private String file(String name) throws IOException {
        return Files.readString(directory.resolve("out").resolve(name));
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(file("report.json"));
    }

    private static List<TrialRecord> crashes(int count, int recovered) {
        FaultDescription fault = new FaultDescription("process", "kill", "", "", "");
        return LongStream.range(0, count)
                .mapToObj(
                        i -> GoldenLedger.trial(i % 20, "block", fault, OutcomeClass.CRASH, i < recovered, 100 + i, ""))
                .toList();
    }

    @Test
    void goalsThatAreMissedSaySo() throws IOException {
        assertThat(report(GoldenLedger.trials()))
                .containsExactly(
                        new Goal("propagated failures", "0", 1L, false),
                        new Goal("recovered of detected fail-stop failures", ">= 0.999", 5.0 / 6, false),
                        new Goal("silent corruption", "0", 1L, false));
        assertThat(json().get("goals").get(1))
                .hasToString("{\"name\":\"recovered of detected fail-stop failures\",\"goal\":\">= 0.999\","
                        + "\"measured\":0.8333333333333334,\"met\":false}");
        assertThat(file("report.html")).contains(">missed<").doesNotContain(">met<");
    }

    @Test
    void goalsThatAreMetSaySo() throws IOException {
        assertThat(report(crashes(20, 20))).extracting(Goal::met).containsExactly(true, true, true);
        assertThat(file("report.html"))
                .contains(">met<", "Nothing: no silent corruption")
                .doesNotContain(">missed<");
    }

    @Test
    void whatWasNotMeasuredIsNotJudged() throws IOException {
        assertThat(report(List.of())).extracting(Goal::met).containsOnlyNulls();

        JsonNode json = json();
        for (JsonNode goal : json.get("goals")) {
            assertThat(goal.get("met").isNull()).isTrue();
            assertThat(goal.get("measured").isNull()).isTrue();
        }
        assertThat(json.get("trialsASecond").isNull()).isTrue();
        assertThat(json.get("rates").get(0).get("value").isNull()).isTrue();
        assertThat(file("report.html"))
                .contains(">not judged<", "No mutant was born.", "No trial had an outage.")
                .doesNotContain("<svg", "NaN");
        assertThat(file("report.csv")).hasLineCount(1);
    }

    @Test
    void jsonHasEverythingThatWasCounted() throws IOException {
        report(GoldenLedger.trials());
        JsonNode json = json();

        assertThat(json.at("/machine/kernel").asText()).isEqualTo("Linux <6>");
        assertThat(json.get("campaign"))
                .hasToString(
                        "{\"version\":1,\"campaign\":\"golden\",\"seed\":42,\"trials\":20,\"shard\":\"1/2\",\"build\":\"b0b\"}");
        assertThat(json.get("command").asText()).isEqualTo(COMMAND);
        assertThat(json.at("/tallies/all/outcomes/crash").asLong()).isEqualTo(3);
        assertThat(json.at("/tallies/all/recovered/hang").asLong()).isEqualTo(1);
        assertThat(json.at("/tallies/byPart/journal/outcomes/propagated").asLong())
                .isEqualTo(1);
        assertThat(json.at("/tallies/byDriver/net/trials").asLong()).isEqualTo(4);
        assertThat(json.at("/tallies/byFault/3/name").asText()).isEqualTo("kill");
        assertThat(json.at("/tallies/byFault/3/counts/outcomes/crash").asLong()).isEqualTo(2);
        assertThat(json.at("/rates/0/low").asDouble()).isBetween(0.646119, 0.646121);
        assertThat(json.at("/rates/0/bounds").asText()).isEqualTo("wilson");
        assertThat(json.at("/rates/8/bounds").asText()).isEqualTo("rule of three");
        assertThat(json.at("/outages/byOutcome/crash/count").asLong()).isEqualTo(3);
    }

    @Test
    void csvIsQuotedAsItsRfcSays() throws IOException {
        report(GoldenLedger.trials());
        String csv = file("report.csv");

        assertThat(csv)
                .startsWith("trial,driver,family,fault,part,place,edit,outcome,hits,recovered,errors,outage_micros,"
                        + "wall_micros,violations,detail\r\n");
        assertThat(csv)
                .contains("\r\n3,block,code,branch,device,A.b:7,\"a > b, now a >= b\",crash,1,true,0,100,100000,,\r\n")
                .contains("silent-corruption,1,false,0,,100000,sector 5 is old; <b>,"
                        + "\"<script>alert('1')</script> & \"\"more\"\"\"\r\n")
                .endsWith("\r\n12,net,process,kill,,,,crash,1,true,0,200,100000,,\"said \"\"no\"\", and\nwent\"\r\n");
    }

    @Test
    void hostileTextStaysText() throws IOException {
        report(GoldenLedger.trials());
        String html = file("report.html");

        assertThat(html)
                .contains(
                        "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;more&quot;",
                        "&lt;b&gt;",
                        "Linux &lt;6&gt;")
                .doesNotContain("<script", "<b>");
    }

    @Test
    void thePageNeedsNothingButItself() throws IOException {
        report(GoldenLedger.trials());

        assertThat(file("report.html"))
                .contains("default-src 'none'".replace("'", "&#39;"), "<svg ", "<style>")
                .doesNotContain("<script", "<link", "<img", "src=", "@import", "url(http", "be drawn here");
    }

    @Test
    void whatWentWrongComesWithTheCommandThatDoesItAgain() throws IOException {
        report(GoldenLedger.trials());
        String html = file("report.html");

        assertThat(html)
                .contains(
                        "What went wrong (3)",
                        COMMAND + " --trial 10<",
                        COMMAND + " --trial 9<",
                        COMMAND + " --trial 5<")
                .doesNotContain("--trial 4<", "left out here");
        assertThat(html.indexOf("--trial 10<")).isLessThan(html.indexOf("--trial 9<"));
        assertThat(html.indexOf("--trial 9<")).isLessThan(html.indexOf("--trial 5<"));
    }

    @Test
    void aLongListIsCutAndSaysSo() {
        List<TrialRecord> many = LongStream.range(0, WrongTrials.SHOWN_MAX + 7)
                .mapToObj(i -> crashes(1, 0).get(0))
                .toList();
        ReportData data = ReportData.of(new Ledger.Read(GoldenLedger.HEADER, many, false, 0), COMMAND);

        assertThat(HtmlReport.of(data)).contains("7 more of crash, not recovered are left out here");
    }

    @Test
    void whatTheLedgerLacksIsSaid() throws IOException {
        GoldenLedger.write(ledger);
        Files.writeString(ledger, "{\"trial\":13,", StandardOpenOption.APPEND);
        report();

        assertThat(file("report.html")).contains("This ledger lacks 7 trials of the campaign.", "last line is cut off");
        assertThat(json().get("torn").asBoolean()).isTrue();
    }

    @Test
    void aLedgerThatCantBeReadLeavesNoReport() throws IOException {
        GoldenLedger.write(ledger);
        Files.writeString(ledger, "nonsense\n", StandardOpenOption.APPEND);

        assertThatThrownBy(this::report).isInstanceOf(IOException.class).hasMessageContaining("line 15");
        assertThat(directory.resolve("out")).doesNotExist();
    }

    @Test
    void whatIsNoCharacterIsReplaced() throws IOException {
        GoldenLedger.write(ledger);
        Files.writeString(ledger, Files.readString(ledger).replace("went", "w\\ud800nt"));
        report();

        assertThat(file("report.csv")).contains("w?nt");
        assertThat(file("report.html")).doesNotContain("be drawn here");
    }

    @Test
    void outagesThatAreAllEqualAreDrawn() throws IOException {
        List<TrialRecord> equal =
                LongStream.range(0, 60).mapToObj(ReportTest::millisecond).toList();
        ReportData data = ReportData.of(new Ledger.Read(GoldenLedger.HEADER, equal, false, 0), COMMAND);

        assertThat(HtmlReport.of(data).split("<svg ", -1)).hasSize(1 + 3);
    }

    private static TrialRecord millisecond(long number) {
        FaultDescription fault = new FaultDescription("process", "kill", "", "", "");
        return GoldenLedger.trial(number, "block", fault, OutcomeClass.CRASH, true, 1_000, "");
    }

    @Test
    void everyPlotIsDrawnOfACampaignOfSomeSize() throws IOException {
        SyntheticLedger.write(ledger, 11, 2_000, 1);
        report();

        assertThat(file("report.html").split("<svg ", -1)).hasSize(1 + 3);
        assertThat(file("report.csv")).hasLineCount(1 + 2_000);
    }
}
