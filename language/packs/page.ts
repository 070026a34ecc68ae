/** The page about a pack, as Markdown. */
import * as ast from '../generated/ast.js';
import { assumes, grants, isDeprecated, successorOf } from './pack.js';
import { expectedBy } from './values.js';

/** The lines of the page: what the pack promises, its parameters, claims and controls. `doc` is its comment. */
export function packPage(packName: string, pack: ast.Pack, doc: string | undefined): string[] {
    const successor = successorOf(pack);
    const said = [...(grants(pack) ? ['granting'] : []), ...(assumes(pack) ? ['assuming'] : [])];
    const claims = pack.elements.filter(ast.isClaim);
    const controls = [pack, ...pack.elements.filter(ast.isAnnotated)]
        .flatMap(({ annotations }) => annotations)
        .filter(({ name, values }) => values.length > 0 && !OWN.has(name))
        .map(({ name, values }) => `@${name}(${values.map(({ text }) => JSON.stringify(text)).join(', ')})`);
    return [
        `## ${packName}`,
        '',
        ...(isDeprecated(pack)
            ? [`**Deprecated.**${successor === undefined ? '' : ` Use \`${successor}\` instead.`}`, '']
            : []),
        ...(doc === undefined ? [] : [doc.trim(), '']),
        ...(said.length > 0 ? [`A use must say \`${said.join(', ')}\`.`, ''] : []),
        ...(pack.params.length > 0
            ? ['| parameter | takes | default |', '| --- | --- | --- |', ...pack.params.map(paramRow), '']
            : []),
        ...(claims.length > 0
            ? ['It claims, of the whole policy:', '', ...claims.map((claim) => `- ${code(textOf(claim))}`), '']
            : []),
        ...(controls.length > 0 ? [`Controls: ${[...new Set(controls)].map(code).join(', ')}.`, ''] : [])
    ];
}

/** Annotations with a meaning of their own, which name no control. */
const OWN: ReadonlySet<string> = new Set(['deprecated', 'private', 'accept', 'expected', 'severity']);

function paramRow(param: ast.PackParam): string {
    const wanted =
        ast.isToolsParam(param) && param.params.length > 0
            ? ` with ${param.params.map(({ name }) => code(name)).join(', ')}`
            : '';
    const initial = param.initial ? code(param.initial.$cstNode?.text ?? '') : '';
    return `| ${code(param.name)} | ${cell(expectedBy(param))}${wanted} | ${initial} |`;
}

/** The text of a claim without its annotations, in one line. */
function textOf(claim: ast.Claim): string {
    return (claim.$cstNode?.text ?? '').replace(/^(?:@\w+(?:\([^)]*\))?\s*)+/, '').replace(/\s+/g, ' ');
}

function cell(text: string): string {
    return text.replaceAll('|', '\\|').replace(/\s+/g, ' ');
}

function code(text: string): string {
    return `\`${cell(text)}\``;
}
