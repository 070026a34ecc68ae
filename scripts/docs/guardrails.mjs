/**
 * Writes docs/guardrails.md: every requirement of examples/guardrails/data/requirements.json with the rules that serve
 * it, which are marked `@serves("…")`, or with the reason why none does.
 *
 *     node scripts/docs/guardrails.mjs [--check]     with --check it writes nothing, and fails if the page is out of date
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = 'examples/guardrails';
const page = `${root}docs/guardrails.md`;

const requirements = JSON.parse(readFileSync(`${root}${folder}/data/requirements.json`, 'utf8'));
const notSaid = JSON.parse(readFileSync(`${root}${folder}/data/not-said.json`, 'utf8'));
/** How a rule differs from its requirement; a rule that is not here is exact. */
const fits = JSON.parse(readFileSync(`${root}${folder}/data/fit.json`, 'utf8'));
const serving = readdirSync(`${root}${folder}`)
    .filter((name) => name.endsWith('.guardrail'))
    .sort()
    .flatMap(rulesOf);

const written = await prettier.format(text(), { ...(await prettier.resolveConfig(page)), parser: 'markdown' });
if (!process.argv.includes('--check')) {
    writeFileSync(page, written);
} else if (readFileSync(page, 'utf8').replaceAll('\r\n', '\n') !== written) {
    console.error('docs/guardrails.md is not what the examples say: npm run docs:guardrails');
    process.exitCode = 1;
}

/**
 * The statements after `@serves`, each with its file and line, up to a line that starts another statement or is empty.
 */
function rulesOf(file) {
    const lines = readFileSync(`${root}${folder}/${file}`, 'utf8').split(/\r?\n/);
    return lines.flatMap((line, index) => {
        const ids = /^\s*@serves\((.*)\)\s*$/.exec(line)?.[1].match(/[A-Z]\d+/g);
        if (!ids) {
            return [];
        }
        const text = [lines[index + 1].trim()];
        for (let next = index + 2; /^\s+\S/.test(lines[next]) && !/^\s*(@|\/\*\*|\})/.test(lines[next]); next++) {
            if (indent(lines[next]) <= indent(lines[index + 1])) {
                break;
            }
            text.push(lines[next].trim());
        }
        return [{ ids, file, line: index + 2, text: text.join(' ') }];
    });
}

function indent(line) {
    return line.length - line.trimStart().length;
}

function text() {
    const served = requirements.filter(({ id }) => serving.some(({ ids }) => ids.includes(id)));
    const exact = served.filter(({ id }) => fitOf(id) === undefined);
    const count = (fit) => Object.keys(fits[fit]).length;
    const systems = [...new Set(requirements.map(({ system }) => system))];
    return [
        '# Real guardrails',
        `This page lists ${requirements.length} guardrails that people wrote in seven other systems, each paraphrased in a line. ` +
            `**${exact.length} are said exactly.** ${said(count('awkward'))} exactly, but with more words than one would ` +
            `expect. Rules stop less than the requirement in ${count('weaker')} cases, and more in ${count('stronger')}: these ` +
            `are approximations, and the list says how they differ. ` +
            `${requirements.length - served.length} cannot be said; the list gives the reason.`,
        'Each rule has a scenario that decides it both ways.',
        'The policies are in [examples/guardrails](../examples/guardrails), and the names of their scenarios name the rows.' +
            ' `npm run docs:guardrails` generates this page from them.',
        ...systems.flatMap((system) => [
            `## ${system}`,
            requirements
                .filter((row) => row.system === system)
                .map(item)
                .join('\n')
        ]),
        [...new Set(serving.map(({ file }) => file))].map((file) => `[${file}]: ../${folder}/${file}`).join('\n')
    ].join('\n\n');
}

function said(count) {
    return count === 1 ? 'One is said' : `${count} are said`;
}

/** A requirement with the rules that serve it, or with the reason why none does. */
function item({ id, source, requirement }) {
    const rules = serving.filter(({ ids }) => ids.includes(id));
    const said = rules.map(({ file, line, text }) => `\`${text}\` ([${file}][]:${line})`);
    const fit = fitOf(id);
    const how = fit ? [`_${fit}_: ${fits[fit][id]}`] : [];
    return `- **${id}.** ${plain(requirement)} (${plain(source)}): ${[...said, ...how].join('; ') || notSaid[id]}`;
}

/** The kind of difference between a requirement and its rules; undefined if they are exact. */
function fitOf(id) {
    return Object.keys(fits).find((fit) => fits[fit][id] !== undefined);
}

/** A text without markup of its own. */
function plain(text) {
    return text.replace(/[*_<>[\]\\]/g, '\\$&');
}
