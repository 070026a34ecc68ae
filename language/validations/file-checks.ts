/**
 * Validations of a file as a whole. The reports of a validation are kept until a list that it has read changes, so that
 * the cost of an edit depends on what it changes.
 */
import { AstUtils, type LangiumDocument, type ValidationAcceptor } from 'langium';
import type { Element, PolicyFile } from '../generated/ast.js';
import { Gathered, factsOf } from '../files/gathered.js';
import type { GuardrailServices, Inventory } from '../names/inventory.js';
import { type Check, type Report, Reporter, isWholePolicy } from './rule.js';

/** Reports refer to nodes, and not to the file itself, because every edit replaces the node of the file. */
export type FileCheck = (view: FileView, services: GuardrailServices) => void | Promise<void>;

/** A check that runs only if everything that the file refers to is present. */
export function ofWholePolicy(...checks: readonly FileCheck[]): Check<PolicyFile> {
    const all = ofFile(...checks);
    return (file, report, services) => (isWholePolicy(file, services) ? all(file, report, services) : undefined);
}

export function ofFile(...checks: readonly FileCheck[]): Check<PolicyFile> {
    return async (file, report, services) => {
        const { inventory } = report;
        for (const check of checks) {
            const kept = factsOf(file) as Map<object, FileView | undefined>;
            let view = kept.get(check);
            if (!view?.isValid(file, inventory)) {
                view = new FileView(file, inventory);
                await check(view, services);
                kept.set(check, view.reports.every(isKept) ? view : undefined);
            }
            report.replay(view.reports);
        }
    };
}

/** The statements of one kind that are directly in the file. */
export function statementsOfFile<T extends Element>(is: (statement: Element) => statement is T): Gathered<T> {
    return new Gathered((statement) => (is(statement) ? [statement] : []));
}

/** The reports of `check` on each statement separately, given the inventory and the rest of the basis. */
export function gatherReports<B extends readonly unknown[]>(
    check: (statement: Element, report: Reporter, ...basis: B) => void
): Gathered<Report, [Inventory, ...B]> {
    return new Gathered((statement, inventory, ...basis) => {
        const reports: Report[] = [];
        check(statement, new Reporter(collector(reports), () => inventory), ...basis);
        return reports;
    }, isKept);
}

/** The file, as the lists that a validation may read, and the reports about it. */
export class FileView extends Reporter {
    readonly document: LangiumDocument;
    readonly policy: PolicyFile['policy'];
    private readonly isStill: ((file: PolicyFile) => boolean)[] = [];

    constructor(
        private readonly file: PolicyFile,
        inventory: Inventory,
        readonly reports: Report[] = []
    ) {
        super(collector(reports), () => inventory);
        this.policy = file.policy;
        this.document = AstUtils.getDocument(file);
    }

    /** True if the policy has items of this kind. */
    has<T, B extends readonly unknown[]>(gathered: Gathered<T, B>, ...basis: B): boolean {
        const has = gathered.in(this.file, ...basis).length > 0;
        this.isStill.push((file) => gathered.in(file, ...basis).length > 0 === has);
        return has;
    }

    of<T, B extends readonly unknown[]>(gathered: Gathered<T, B>, ...basis: B): readonly T[] {
        const list = gathered.in(this.file, ...basis);
        this.isStill.push((file) => gathered.in(file, ...basis) === list);
        return list;
    }

    /** Reports what was gathered from each statement. */
    each<B extends readonly unknown[]>(gathered: Gathered<Report, [Inventory, ...B]>, ...basis: B): void {
        this.replay(this.of(gathered, this.inventory, ...basis));
    }

    /**
     * True if the reports still apply. The lists are compared in the order in which they were read, because a later
     * list may depend on an earlier one.
     */
    isValid(file: PolicyFile, inventory: Inventory): boolean {
        return this.inventory === inventory && this.policy === file.policy && this.isStill.every((is) => is(file));
    }
}

function collector(reports: Report[]): ValidationAcceptor {
    return (severity, message, info) => void reports.push({ severity, message, info });
}

/** False for a report that names the place of another node, which may move. */
function isKept({ message, info }: Report): boolean {
    return info.relatedInformation === undefined && info.range === undefined && !/\bline \d/i.test(message);
}
