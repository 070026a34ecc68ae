/** Shows the lines of a policy that an item concerns, with the relevant part marked. */
import type { Source } from '../../../model/policy/policy.js';
import { placeOf, type ReportContext } from '../context.js';
import { html, type Html } from './tag.js';

/** The maximum number of lines; the first lines of a long range suffice to recognize it. */
const MAX_LINES = 12;
const MAX_COLUMNS = 400;

/** @param statement what is shown if the text is not available */
export function source(at: Source, context: ReportContext, statement?: string): Html {
    const place = html`<figcaption>${placeOf(at, context)}</figcaption>`;
    const text = context.textOf(at.uri);
    if (text === undefined) {
        return html`<figure class="source">
            ${place}${statement === undefined ? '' : html`<code>${statement}</code>`}
        </figure>`;
    }
    const first = at.start.line;
    const all = text.split('\n').slice(first, at.end.line + 1);
    const lines = all.slice(0, MAX_LINES).map((line, index) => {
        const number = first + index;
        const from = index === 0 ? at.start.character : /^\s*/.exec(line)![0].length;
        const to = number === at.end.line ? at.end.character : line.length;
        const end = Math.min(to, from + MAX_COLUMNS);
        const label = html`<span class="at">${number + 1}</span>`;
        const marked = html`<mark>${line.slice(from, end)}</mark>`;
        const rest = line.slice(end, end + MAX_COLUMNS).trimEnd();
        return html`<span class="line">${label} ${line.slice(0, from)}${marked}${rest}</span>`;
    });
    const more = all.length > MAX_LINES ? html`<span class="line">…</span>` : '';
    return html`<figure class="source">
        ${place}
        <pre tabindex="0" aria-label="${placeOf(at, context)}"><code>${lines}${more}</code></pre>
    </figure>`;
}
