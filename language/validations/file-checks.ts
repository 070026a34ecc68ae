/**
 * Validations of a file as a whole. The reports of a validation are kept until a list that it has read changes, so that
 * the cost of an edit depends on what it changes.
 */
import type {
    AstNode,
    DiagnosticInfo,
    LangiumDocument,
    ValidationAcceptor,
    ValidationCheck,
    ValidationSeverity
} from 'langium';
import { AstUtils } from 'langium';
import type { Element, PolicyFile } from '../generated/ast.js';
import { Gathered, factsOf } from '../files/gathered.js';
import type { GuardrailServices, Inventory } from '../names/inventory.js';
import { inventoryOf, isWholePolicy } from './rule.js';

/** The file, as the lists that a validation may read. */
export interface FileView {
    readonly document: LangiumDocument;
    readonly inventory: Inventory;
    readonly policy: PolicyFile['policy'];
    /** True if the policy has items of this kind. */
    has<T, B extends readonly unknown[]>(gathered: Gathered<T, B>, ...basis: B): boolean;
    of<T, B extends readonly unknown[]>(gathered: Gathered<T, B>, ...basis: B): readonly T[];
}

/** Reports refer to nodes, and not to the file itself, because every edit replaces the node of the file. */
export type FileCheck = (view: FileView, accept: ValidationAcceptor) => void | Promise<void>;

export interface Report {
    readonly severity: ValidationSeverity;
    readonly message: string;
    readonly info: DiagnosticInfo<AstNode>;
}

/** A check that runs only if everything that the file refers to is present. */
export function ofWholePolicy(
    services: GuardrailServices,
    ...checks: readonly FileCheck[]
): ValidationCheck<PolicyFile> {
    const all = ofFile(services, ...checks);
    return (file, accept, cancelToken) => {
        if (isWholePolicy(file, services)) {
            return all(file, accept, cancelToken);
        }
        return undefined;
    };
}

export function ofFile(services: GuardrailServices, ...checks: readonly FileCheck[]): ValidationCheck<PolicyFile> {
    return async (file, accept) => {
        const inventory = inventoryOf(file, services);
        for (const check of checks) {
            const kept = factsOf(file) as Map<object, Run | undefined>;
            const last = kept.get(check);
            if (last?.isValid(file, inventory)) {
                replay(last.reports, accept);
            } else {
                const run = new Run(file, inventory);
                await check(run, run.accept);
                kept.set(check, run.reports.every(isKept) ? run : undefined);
                replay(run.reports, accept);
            }
        }
    };
}

/** The statements of one kind that are directly in the file. */
export function statementsOfFile<T extends Element>(is: (statement: Element) => statement is T): Gathered<T> {
    return new Gathered((statement) => (is(statement) ? [statement] : []));
}

/** The reports of `check` on each statement separately, given the inventory and the rest of the basis. */
export function gatherReports<B extends readonly unknown[]>(
    check: (statement: Element, accept: ValidationAcceptor, inventory: Inventory, ...basis: B) => void
): Gathered<Report, [Inventory, ...B]> {
    return new Gathered((statement, inventory, ...basis) => {
        const reports: Report[] = [];
        check(statement, collector(reports), inventory, ...basis);
        return reports;
    }, isKept);
}

export function replay(reports: readonly Report[], accept: ValidationAcceptor): void {
    reports.forEach(({ severity, message, info }) => accept(severity, message, info));
}

class Run implements FileView {
    readonly reports: Report[] = [];
    readonly accept = collector(this.reports);
    readonly document: LangiumDocument;
    readonly policy: PolicyFile['policy'];
    private readonly isStill: ((file: PolicyFile) => boolean)[] = [];

    constructor(
        private readonly file: PolicyFile,
        readonly inventory: Inventory
    ) {
        this.policy = file.policy;
        this.document = AstUtils.getDocument(file);
    }

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
