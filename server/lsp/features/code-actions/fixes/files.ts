/** Fixes the file as a whole, and the paths of its imports. */
import type { LangiumDocument } from 'langium';
import { UriUtils } from 'langium';
import * as ast from '../../../../../language/generated/ast.js';
import { STD_PATH } from '../../../../../language/library/std.js';
import { nearby } from '../../../../../language/text/spelling.js';
import { insertAt, partOf, replacePart } from '../../../../../language/edits/edits.js';
import type { Problem } from '../place.js';
import type { Proposal } from '../proposal.js';
import { relativePath } from './auto-import.js';
import type { Fix } from './fix.js';
import { obvious } from '../../../../../language/edits/edit.js';

const policyLine: Fix = {
    codes: ['GR105', 'GR106'],
    summary: 'Start a policy: add the `policy` line',
    propose: (problem) => {
        const name = policyName(problem.document);
        // The line is added after a byte order mark; comments of the first statement stay with that statement.
        const start = problem.text.startsWith('\uFEFF') ? 1 : 0;
        const end = problem.text.slice(start).trim() === '' ? '\n' : '\n\n';
        return [obvious(`Add \`policy ${name}\``, insertAt(problem, start, `policy ${name}${end}`))];
    }
};

/** The name of a policy: `mail-assistant.guardrail` contains the policy `MailAssistant`. */
function policyName({ uri }: LangiumDocument): string {
    const words = UriUtils.basename(uri)
        .replace(/\.guardrail$/, '')
        .split(/[^A-Za-z0-9]+/)
        .filter((word) => word !== '');
    const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
    return /^[A-Za-z]/.test(name) ? name : `Policy${name}`;
}

const MOST = 3;

const otherPath: Fix = {
    codes: ['GR210', 'GR212', 'GR236'],
    summary: 'Change the path of an import to a file with a similar name, or to `guardrail/std`',
    propose: (problem) => {
        const node = problem.at(ast.isImport);
        const path = node && partOf(node, 'path');
        if (!node || !path) {
            return [];
        }
        const known = [
            ...(node.path.startsWith('guardrail') ? [STD_PATH] : []),
            ...pathsLike(node.path, problem),
            ...(problem.code === 'GR212' && /^\w/.test(node.path) ? [`./${node.path}`] : [])
        ].filter((candidate) => candidate !== node.path);
        return [...new Set(known)].slice(0, MOST).map((candidate, index) => ({
            title: `Change to "${candidate}"`,
            changes: [replacePart(path, JSON.stringify(candidate))],
            isPreferred: index === 0
        }));
    }
};

/** Files of the workspace with the same name in another folder, then those with a similar path. */
function pathsLike(path: string, { document, services }: Problem): string[] {
    const wanted = withExtension(path.split('/').at(-1) ?? '');
    const paths = services.shared.workspace.LangiumDocuments.all
        .filter((other) => other !== document && other.uri.scheme === document.uri.scheme)
        .map((other) => relativePath(document, other))
        .filter((other) => !other.includes('node_modules/'))
        .toArray()
        .sort((a, b) => a.length - b.length);
    const sameName = paths.filter((other) => other.split('/').at(-1) === wanted);
    const likeName = paths.filter((other) => nearby(wanted, [other.split('/').at(-1)!]).length > 0);
    return [...sameName, ...nearby(withExtension(path), paths), ...likeName];
}

function withExtension(name: string): string {
    return name.endsWith('.guardrail') ? name : `${name}.guardrail`;
}

const createFile: Fix = {
    codes: ['GR210'],
    summary: 'Create the file that an import names',
    propose: (problem): Proposal[] => {
        const node = problem.at(ast.isImport);
        if (!node || !/^\.\.?\/.*\.guardrail$/.test(node.path)) {
            return [];
        }
        const uri = UriUtils.resolvePath(UriUtils.dirname(problem.document.uri), node.path);
        const name = /([A-Za-z_]\w*)\.guardrail$/.exec(node.path)?.[1] ?? 'tools';
        const names = node.names.map(({ target }) => target.$refText).filter((each) => /^[A-Za-z_]\w*$/.test(each));
        const servers = (names.length > 0 ? names : [name]).map((each) => `server ${each} {\n}\n`);
        return [{ title: `Create "${node.path}"`, changes: [{ uri: uri.toString(), content: servers.join('\n') }] }];
    }
};

export const fileFixes: readonly Fix[] = [policyLine, otherPath, createFile];
