// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

final class MarkupTest {
    @Test
    void textAndAttributesStayText() {
        String html =
                new Markup().element("p", "a<b & \"c\"", "title", "\"><i>'").html();

        assertThat(html).isEqualTo("<p title=\"&quot;&gt;&lt;i&gt;&#39;\">a&lt;b &amp; &quot;c&quot;</p>\n");
    }

    @Test
    void whatNoPageMayHaveIsReplaced() {
        String html = new Markup().text("a\0b\u001bc\uD800d\uDC00e😀\n\t").html();

        assertThat(html).isEqualTo("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe😀\n\t");
    }

    @Test
    void anElementLeftOpenIsFound() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Markup().open("table").open("tr").html())
                .withMessageContaining("tags=[tr, table]");
    }
}
