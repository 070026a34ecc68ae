/** The parts of a tool's conditions that determine the candidates for its arguments. */
import type { Condition, Term, Type, Value } from '../../model/policy/policy.js';
import { type StaticCondition, isStatic } from '../../model/conditions/reads.js';
import { visitConditions } from '../conditions/walk.js';
import type { TextCondition } from './languages.js';
import { Undecidable } from '../limits/undecidable.js';

/**
 * The values that conditions compare the parameters of one component with. A component consists of parameters that
 * conditions relate to each other.
 */
export interface Mentions {
    readonly constants: readonly Value[];
    /** Hosts and `*.` patterns that a text's host is compared with. */
    readonly hosts: readonly string[];
    /** True if some condition reads the host of a text. */
    readonly readsHost: boolean;
    /** Networks that a text's host is compared with, or `private`. */
    readonly networks: readonly string[];
    /** True if some condition reads the domain of an address. */
    readonly readsDomain: boolean;
    /** True if some text is read as an IP address alone. */
    readonly readsAddress: boolean;
    /** True if some text is read as a path and compared with these roots, names and extensions. */
    readonly readsPath: boolean;
    readonly roots: readonly string[];
    /** The folder that relative paths are resolved against, with the roots that they are then compared with. */
    readonly bases: readonly { readonly base: string; readonly root: string }[];
    readonly names: readonly string[];
    readonly extensions: readonly string[];
    /** The time zone in which some text is read as an instant, if any is. */
    readonly instants: string | undefined;
    /** The number of texts with one meaning that must differ: `width`, or 1 if no text is compared as it is. */
    readonly spellings: number;
    readonly texts: readonly TextCondition[];
    /** Conditions other than comparisons on the host, domain or name of a text. */
    readonly parts: readonly TextCondition[];
    /** Numbers that the length of a text or list is compared with. */
    readonly lengths: readonly number[];
    /** Numbers that the bytes of a text are compared with. */
    readonly bytes: readonly number[];
    /** Conditions on the elements of lists. */
    readonly lists: readonly StaticCondition[];
    readonly fields: ReadonlySet<string>;
    /** True if elements or fields of some value are accessed by name. */
    readonly looksInside: boolean;
    /** True if values are read as a whole, regardless of their fields. */
    readonly wholeValues: boolean;
    /** True if values are compared with each other. */
    readonly isCompared: boolean;
    /** How many values that no condition names must differ: one more than are compared with each other; 1 if none are. */
    readonly width: number;
    /** Types of values that are compared with each other, if they differ (`related-types.ts`). */
    readonly related: readonly Type[];
}

export function mentionsOf(atoms: readonly StaticCondition[]): Mentions {
    const collector = new Collector();
    atoms.forEach((atom) => collector.add(atom, 0));
    return collector.mentions();
}

/** The parameters that the condition reads. */
export function paramsOf(atom: StaticCondition): string[] {
    const names = new Set<string>();
    const read = (condition: StaticCondition): void => {
        if (condition.op === 'given') {
            names.add(condition.param);
        }
        termsOf(condition).forEach((term) => {
            const root = rootOf(term);
            if (root.term === 'param') {
                names.add(root.name);
            }
        });
        inside(condition).forEach(read);
    };
    read(atom);
    return [...names];
}

class Collector {
    private readonly constants: Value[] = [];
    private readonly hosts = new Set<string>();
    private readonly texts = new Map<string, TextCondition>();
    private readonly parts = new Map<string, TextCondition>();
    private readonly lengths = new Set<number>();
    private readonly bytes = new Set<number>();
    private readonly lists = new Map<string, StaticCondition>();
    private readonly fields = new Set<string>();
    private readonly related = new Set<string>();
    private readonly networks = new Set<string>();
    private readonly roots = new Set<string>();
    private readonly bases: { base: string; root: string }[] = [];
    private readonly names = new Set<string>();
    private readonly extensions = new Set<string>();
    private readsHost = false;
    private readsDomain = false;
    private readsAddress = false;
    private readsPath = false;
    private instants: string | undefined;
    private looksInside = false;
    private wholeValues = false;
    private comparesTexts = false;

    /** @param level the number of enclosing quantifiers */
    add(condition: StaticCondition, level: number): void {
        termsOf(condition).forEach((term) => this.read(term, level));
        switch (condition.op) {
            case 'compare':
                this.compare(condition);
                break;
            case 'in':
                condition.values.forEach((value) => this.addConstant(condition.term, value));
                if (isHost(condition.term)) {
                    condition.values.forEach((value) => typeof value === 'string' && this.hosts.add(value));
                }
                break;
            case 'host in':
                condition.hosts.forEach((host) => this.hosts.add(host));
                break;
            case 'host within':
                this.networks.add(condition.network);
                break;
            case 'path within':
                this.readsPath = true;
                this.roots.add(condition.root);
                if (condition.base !== undefined) {
                    this.bases.push({ base: condition.base, root: condition.root });
                }
                this.mustBePlain(condition.term);
                break;
            case 'matches':
                this.addTextOf(condition.term, { kind: 'matches', pattern: condition.pattern });
                break;
            case 'starts with':
                this.addTextOf(condition.term, { kind: 'starts with', part: condition.prefix });
                break;
            case 'contains':
                if (isPart(condition.term)) {
                    // A part is a text, and a text has no parts.
                    if (typeof condition.value === 'string') {
                        this.addTextOf(condition.term, { kind: 'contains', part: condition.value });
                    }
                    break;
                }
                this.constants.push(condition.value);
                if (typeof condition.value === 'string') {
                    this.addText({ kind: 'contains', part: condition.value });
                }
                this.addList(condition);
                break;
            case 'text test':
                throw new Undecidable('are tested against other texts');
            case 'any text':
                if (!condition.term) {
                    throw new Undecidable('are read together with the elements of a list');
                }
                this.addText({ kind: 'matches', pattern: condition.pattern });
                this.addList(condition);
                this.wholeValues = true;
                break;
            case 'every':
            case 'some':
                this.looksInside = true;
                this.addList(condition);
                inside(condition).forEach((part) => this.add(part, level + 1));
                break;
            default:
                if (level > 0) {
                    throw new Undecidable('are read together with the elements of a list');
                }
                break;
        }
    }

    mentions(): Mentions {
        return {
            constants: this.constants,
            hosts: [...this.hosts],
            readsHost: this.readsHost,
            networks: [...this.networks],
            readsDomain: this.readsDomain,
            readsAddress: this.readsAddress,
            readsPath: this.readsPath,
            roots: [...this.roots],
            bases: this.bases,
            names: [...this.names],
            extensions: [...this.extensions],
            instants: this.instants,
            texts: [...this.texts.values()],
            parts: [...this.parts.values()],
            lengths: [...this.lengths],
            bytes: [...this.bytes],
            lists: [...this.lists.values()],
            fields: this.fields,
            looksInside: this.looksInside,
            wholeValues: this.wholeValues,
            isCompared: this.related.size > 0,
            width: this.related.size === 0 ? 1 : this.related.size + 1,
            spellings: this.comparesTexts ? this.related.size + 1 : 1,
            related: []
        };
    }

    private compare({ left, right }: StaticCondition & { op: 'compare' }): void {
        const [known, other] = rootOf(left).term === 'constant' ? [left, right] : [right, left];
        if (known.term === 'instant' && known.of.term === 'constant') {
            this.constants.push(known.of.value);
            return;
        }
        if (known.term === 'constant') {
            this.addConstant(other, known.value);
            if (isHost(other) && typeof known.value === 'string') {
                this.hosts.add(known.value);
            }
            return;
        }
        if (isPathPart(left) || isPathPart(right)) {
            throw new Undecidable('are compared with the name of a path');
        }
        if ([left, right].some(isMeasure)) {
            throw new Undecidable('are compared with the length of another value');
        }
        [left, right].forEach((term) => this.related.add(JSON.stringify(term)));
        this.comparesTexts ||= left.term !== 'instant';
        this.wholeValues = true;
    }

    private read(term: Term, level: number): void {
        switch (term.term) {
            case 'field':
                this.fields.add(term.field);
                this.looksInside = true;
                this.read(term.of, level);
                break;
            case 'host':
                this.readsHost = true;
                this.mustBePlain(term.of);
                this.read(term.of, level);
                break;
            case 'part':
                this.readsDomain ||= term.part === 'domain';
                this.readsAddress ||= term.part === 'address';
                this.readsPath ||= term.part !== 'domain' && term.part !== 'address';
                this.mustBePlain(term.of);
                this.read(term.of, level);
                break;
            case 'instant':
                this.instants = term.timezone;
                this.mustBePlain(term.of);
                this.read(term.of, level);
                break;
            case 'length':
            case 'bytes':
            case 'entries':
                this.mustBePlain(term.of);
                this.read(term.of, level);
                break;
            case 'param':
                if (level > 0) {
                    throw new Undecidable('are read together with the elements of a list');
                }
                break;
            case 'element':
                if (term.level !== level - 1) {
                    throw new Undecidable('are read together with the elements of a list in them');
                }
                break;
            case 'constant':
                break;
            default:
                throw new Undecidable('are compared with something else');
        }
    }

    private mustBePlain(term: Term): void {
        if (term.term === 'host' || term.term === 'part') {
            throw new Undecidable('have conditions on a pattern or a part of one of their parts');
        }
    }

    private addConstant(term: Term, value: Value): void {
        if (term.term === 'length') {
            this.lengths.add(Number(value));
        } else if (term.term === 'bytes') {
            this.bytes.add(Number(value));
        } else if (isPathPart(term)) {
            if (typeof value === 'string') {
                (term.part === 'name' ? this.names : this.extensions).add(value);
            }
        } else {
            this.constants.push(value);
        }
    }

    private addText(condition: TextCondition): void {
        this.texts.set(JSON.stringify(condition), condition);
    }

    private addTextOf(term: Term, condition: TextCondition): void {
        if (term.term === 'part' && term.part === 'extension') {
            throw new Undecidable('have conditions on a pattern of an extension');
        }
        if (isPart(term)) {
            this.parts.set(JSON.stringify(condition), condition);
        } else {
            this.addText(condition);
        }
    }

    private addList(condition: StaticCondition): void {
        const placed = condition.op === 'every' || condition.op === 'some' ? { ...condition, list: 0 } : condition;
        this.lists.set(JSON.stringify({ ...placed, term: 0 }), condition);
    }
}

/** The static conditions that a quantifier evaluates for each element. */
function inside(condition: StaticCondition): StaticCondition[] {
    const found: StaticCondition[] = [];
    if (condition.op === 'every' || condition.op === 'some') {
        visitConditions(condition.arg, (part: Condition) => {
            if (isStatic(part)) {
                found.push(part);
            }
        });
    }
    return found;
}

function termsOf(condition: StaticCondition): Term[] {
    switch (condition.op) {
        case 'compare':
            return [condition.left, condition.right];
        case 'in':
        case 'host in':
        case 'host within':
        case 'path within':
        case 'matches':
        case 'starts with':
        case 'contains':
            return [condition.term];
        case 'text test':
            return [condition.term, condition.other];
        case 'any text':
            return condition.term ? [condition.term] : [];
        case 'every':
        case 'some':
            return [condition.list];
        default:
            return [];
    }
}

function isPathPart(term: Term): term is Term & { term: 'part' } {
    return term.term === 'part' && term.part !== 'domain';
}

function isMeasure(term: Term): term is Term & { term: 'length' | 'bytes' } {
    return term.term === 'length' || term.term === 'bytes';
}

/** True if the term reads a part of a text, and no text or value as it is in the arguments. */
function isPart(term: Term): boolean {
    return term.term === 'host' || term.term === 'part';
}

function isHost(term: Term): boolean {
    return term.term === 'host' || (term.term === 'part' && term.part === 'domain');
}

function rootOf(term: Term): Term {
    return term.term === 'host' ||
        term.term === 'part' ||
        isMeasure(term) ||
        term.term === 'instant' ||
        term.term === 'field' ||
        term.term === 'entries'
        ? rootOf(term.of)
        : term;
}
