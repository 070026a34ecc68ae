/** Describes a code in a report: the page of its documentation, and the severity of such a problem. */
import type { ReportingConfiguration, ReportingDescriptor } from 'sarif';
import type { Severity } from '../../../workspace/diagnostics.js';
import type { CheckContext } from '../context.js';

type Level = NonNullable<ReportingConfiguration['level']>;

export const LEVELS: { readonly [severity in Severity]: Level } = {
    error: 'error',
    warning: 'warning',
    information: 'note',
    hint: 'note'
};

/**
 * The severity of problems that help an attacker, on the scale from 0 to 10 by which code hosts sort alerts: 7 and
 * above is high, 4 and above medium. All other codes are not vulnerabilities, but questions of correctness.
 */
const SECURITY_SEVERITY: { readonly [code: string]: string } = {
    GR501: '8.0',
    GR503: '6.0',
    GR511: '5.0',
    GR512: '5.0',
    GR513: '5.0',
    GR514: '4.0',
    GR590: '8.0',
    GR598: '5.0'
};

const PROBLEM_SEVERITY: { readonly [level in Level]: string } = {
    error: 'error',
    warning: 'warning',
    note: 'recommendation',
    none: 'recommendation'
};

export function ruleOf(code: string, severity: Severity, { pageOf }: CheckContext): ReportingDescriptor {
    const page = pageOf(code) ?? '';
    const [head = '', ...rest] = page.split('\n');
    const title = plain(head.replace(/^# GR\d+: /, '')) || code;
    const body = rest.join('\n').trim();
    const level = LEVELS[severity];
    const security = SECURITY_SEVERITY[code];
    return {
        id: code,
        name: pascalCase(title),
        shortDescription: { text: sentence(title) },
        fullDescription: { text: sentence(plain(body.split('\n\n')[0]!).replaceAll('\n', ' ')) || sentence(title) },
        ...(body !== '' && { help: { text: plain(body), markdown: withoutLinks(body) } }),
        defaultConfiguration: { level },
        properties: {
            tags: tagsOf(code, security !== undefined),
            precision: precisionOf(code),
            'problem.severity': PROBLEM_SEVERITY[level],
            ...(security !== undefined && { 'security-severity': security })
        }
    };
}

function tagsOf(code: string, isSecurity: boolean): string[] {
    const kinds: { readonly [hundred: string]: string } = { 4: 'review', 5: 'model-checking' };
    return [...(isSecurity ? ['security'] : []), kinds[code.charAt(2)] ?? 'language', 'ai-agents'];
}

/**
 * A finding has a replayed session, and an error in the text is a fact; anything else that a careful reviewer would
 * question may be intended.
 */
function precisionOf(code: string): string {
    return code.startsWith('GR4') ? 'high' : 'very-high';
}

/** Writes a title as `AClaimIsViolated`. */
function pascalCase(title: string): string {
    const words = title.match(/[\p{L}\p{N}]+/gu) ?? [];
    return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function sentence(text: string): string {
    return text === '' || /[.?!:]$/.test(text) ? text : `${text}.`;
}

/** Links in a page are removed, because they lead to files that do not accompany the report. */
function withoutLinks(markdown: string): string {
    return markdown.replace(/\[([^\]]+)\]\((?!https?:)[^)]+\)/g, '$1');
}

function plain(markdown: string): string {
    return withoutLinks(markdown)
        .replace(/^```.*\n?/gm, '')
        .replace(/^#+ /gm, '')
        .replace(/\*\*([^*]+)\*\*/g, '$1')
        .replace(/`([^`]+)`/g, '$1')
        .replace(/(^|\W)_([^_\n]+)_(?=\W|$)/g, '$1$2');
}
