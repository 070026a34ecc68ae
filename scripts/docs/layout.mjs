/** Breaks a rule into lines: alternatives are below each other, and the parts of a sequence follow each other. */

const WIDTH = 96;
const INDENT = 4;

export function layout(head, written) {
    const lines = new Lines();
    const body = grouped(written);
    head.forEach((token) => lines.word([token]));
    if (body.kind === 'choice' && !lines.fits(flat(body))) {
        alternatives(lines, body, INDENT);
    } else {
        write(lines, body, INDENT);
    }
    return lines.toString();
}

function write(lines, body, indent) {
    const words = flat(body);
    if (lines.fits(words)) {
        lines.word(words);
    } else if (indent + width(words) <= WIDTH) {
        lines.newLine(indent);
        lines.word(words);
    } else if (body.kind === 'sequence') {
        body.items.forEach((item) => write(lines, item, indent));
    } else if (body.kind === 'many' && body.item.kind !== 'token') {
        group(lines, body.item, indent, body.mark);
    } else {
        lines.word(words);
    }
}

function group(lines, body, indent, mark) {
    lines.word([plain('(')]);
    if (body.kind === 'choice') {
        alternatives(lines, body, indent + INDENT);
    } else {
        lines.newLine(indent + INDENT);
        write(lines, body, indent + INDENT);
    }
    lines.newLine(indent);
    lines.word([plain(`)${mark}`)]);
}

function alternatives(lines, body, indent) {
    body.items.forEach((item, index) => {
        lines.newLine(indent);
        lines.word([plain(index === 0 ? ' ' : '|')]);
        write(lines, item, indent + INDENT);
    });
}

/** The whole rule on one line. */
function flat(body) {
    switch (body.kind) {
        case 'token':
            return [body];
        case 'many':
            return [
                ...(body.item.kind === 'token' ? flat(body.item) : inParentheses(flat(body.item))),
                plain(body.mark)
            ];
        case 'choice':
            return joined(body.items.map(flat), plain(' | '));
        default:
            return joined(body.items.map(flat), plain(' '));
    }
}

/** Adds parentheses around alternatives inside a sequence. */
function grouped(body) {
    if (body.kind === 'token') {
        return body;
    }
    if (body.kind === 'many') {
        return { ...body, item: grouped(body.item) };
    }
    const items = body.items.map(grouped);
    const inSequence = (item) => (item.kind === 'choice' ? { kind: 'many', item, mark: '' } : item);
    return { ...body, items: body.kind === 'sequence' ? items.map(inSequence) : items };
}

function inParentheses(tokens) {
    return [plain('('), ...tokens, plain(')')];
}

function joined(parts, between) {
    return parts.flatMap((part, index) => (index === 0 ? part : [between, ...part]));
}

function plain(text) {
    return { text };
}

function width(tokens) {
    return tokens.reduce((sum, { text }) => sum + text.length, 0);
}

class Lines {
    lines = [''];
    column = 0;
    indent = 0;

    get space() {
        return this.column > this.indent ? ' ' : '';
    }

    fits(tokens) {
        return this.column + this.space.length + width(tokens) <= WIDTH;
    }

    word(tokens) {
        this.lines[this.lines.length - 1] += this.space + tokens.map(({ text }) => text).join('');
        this.column += this.space.length + width(tokens);
    }

    newLine(indent) {
        this.lines.push(' '.repeat(indent));
        this.column = indent;
        this.indent = indent;
    }

    toString() {
        return this.lines.map((line) => line.trimEnd()).join('\n');
    }
}
