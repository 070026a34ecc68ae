/** Writes a report as HTML: a section for each heading, and an article for each entry. */
import { placeOf, type ReportContext } from '../context.js';
import type { Block, Entry, Row, Rows, Text } from '../document.js';
import { printable } from '../../terminal/layout.js';
import { source } from './excerpt.js';
import { session } from './session.js';
import { html, type Html, NOTHING } from './tag.js';

type Heading = Extract<Block, { kind: 'heading' }>;

/** The sections of a page, each with its heading. */
export function sections(blocks: readonly Block[], context: ReportContext): Html[] {
    const starts = blocks.flatMap(({ kind }, index) => (kind === 'heading' ? [index] : []));
    const before = blocks.slice(0, starts[0] ?? blocks.length).filter(({ kind }) => kind !== 'title');
    return [
        ...inSection(before, 'f0', context),
        ...starts.map((start, index) => {
            const id = `f${index + 1}`;
            const { text, about, tone = 'none' } = blocks[start] as Heading;
            const inside = inSection(blocks.slice(start + 1, starts[index + 1]), id, context);
            return html`<section class="file ${tone}" id="${id}" aria-labelledby="${id}-name">
                <div class="head">
                    <h2 id="${id}-name">${text}</h2>
                    ${about === undefined ? NOTHING : html`<p>${about}</p>`}
                </div>
                ${inside}
            </section> `;
        })
    ];
}

/** @param id identifies the section, so that the ids inside are unique in the page */
function inSection(blocks: readonly Block[], id: string, context: ReportContext): Html[] {
    return blocks.map((block, index) => written(block, `${id}-${index}`, id, context));
}

/** @param id a name that no other block has */
function written(block: Block, id: string, section: string, context: ReportContext): Html {
    const inside = (blocks: readonly Block[]): Html[] =>
        blocks.map((one, index) => written(one, `${id}-${index}`, section, context));
    switch (block.kind) {
        case 'title':
            return NOTHING;
        case 'heading':
            return html`<p class="told"><strong>${block.text}</strong> ${block.about}</p>`;
        case 'text':
        case 'note': {
            const { label, look, text } = block;
            const chip = label?.word
                ? html`<span class="chip ${label.tone}">${label.code ?? label.word}</span> `
                : NOTHING;
            return html`<p class="${look === 'soft' ? 'says' : 'told'}">${chip}${spans(text, context)}</p>`;
        }
        case 'list':
            return html`<ul class="notes">
                ${block.items.map((item) => html`<li>${spans(item, context)}</li>`)}
            </ul>`;
        case 'code':
            return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
        case 'excerpt':
            return source(block.at, context, block.text);
        case 'rule':
            return html`<p class="says">by <code>${block.rule.text}</code></p>
                ${source(block.rule.source, context)}`;
        case 'session':
            return session(block.trace, id, block.of, context);
        case 'group':
            return html`${inside(block.blocks)}`;
        case 'rows':
            return rowTable(block, section, context);
        case 'table':
            return html`<table class="verdicts">
                ${head(block.head)}
                <tbody>
                    ${block.rows.map(
                        ([first = '', ...cells]) =>
                            html`<tr>
                                <th scope="row">${spans(first, context)}</th>
                                ${cells.map((cell) => html`<td>${spans(cell, context)}</td>`)}
                            </tr>`
                    )}
                </tbody>
            </table>`;
        case 'entry':
            return article(block, section, inside(block.blocks), context);
    }
}

function article(
    { label, title, group, id, isOpen }: Entry,
    section: string,
    inside: Html[],
    context: ReportContext
): Html {
    const chip = [label.word, label.code].filter((part) => part !== undefined).join(' ');
    return html`<article
        class="item ${group} ${label.tone}"
        ${id === undefined ? NOTHING : html` id="${section}-${id}"`}
    >
        <div class="head">
            <span class="chip ${label.tone}">${chip}</span>
            <h3>${spans(title, context)}</h3>
        </div>
        ${
            isOpen
                ? inside
                : html`<details class="more">
                      <summary>Details</summary>
                      ${inside}
                  </details>`
        }
    </article> `;
}

function rowTable({ columns, rows }: Rows, section: string, context: ReportContext): Html {
    return html`<table class="verdicts">
        ${head(columns)}
        <tbody>
            ${rows.map((row) => tableRow(row, section, context))}
        </tbody>
    </table>`;
}

function tableRow(
    { tone, word, text, rests, below, group, entry }: Row,
    section: string,
    context: ReportContext
): Html {
    const title =
        entry === undefined ? spans(text, context) : html`<a href="#${section}-${entry}">${spans(text, context)}</a>`;
    const end = below
        ? html`<ul class="notes">
              ${below.map((one) => html`<li><span class="${one.tone}">${one.word}</span> ${spans(one.text, context)}</li>`)}
          </ul>`
        : html`${rests}`;
    return html`<tr class="${group} ${tone}">
        <td><span class="chip ${tone}">${word}</span></td>
        <th scope="row">${title}</th>
        <td>${end}</td>
    </tr>`;
}

function head(columns: readonly string[]): Html {
    return html`<thead>
        <tr>
            ${columns.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
    </thead>`;
}

function spans(text: Text, context: ReportContext): Html {
    const parts = typeof text === 'string' ? [text] : text;
    return html`${parts.map((part) =>
        typeof part === 'string'
            ? printable(part)
            : html`<code>${'code' in part ? part.code : placeOf(part.place, context)}</code>`
    )}`;
}
