/** Shows long checks as work done progress: the current search, and a way to stop it. */
import { counted } from '../../model/text/plural.js';
import type { LangiumSharedServices } from 'langium/lsp';
import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver';
import { type Log, messageOf } from '../connection/log.js';
import type { PolicyKnowledge } from './policy-knowledge.js';
import type { CheckService } from './service.js';

/** Shows the progress of each long check to clients that support it. */
export function reportProgress(
    connection: Connection,
    shared: LangiumSharedServices,
    checks: CheckService,
    log: Log
): void {
    const shown = new Map<string, ShownCheck>();
    let supported = false;
    shared.lsp.LanguageServer.onInitialize((params) => {
        supported = params.capabilities.window?.workDoneProgress === true;
    });
    checks.onDidChange((uri) => {
        const known = checks.get(uri);
        const check = shown.get(uri);
        if (known?.state === 'checking' && known.isLong) {
            if (check) {
                check.report(known);
            } else if (supported) {
                shown.set(uri, new ShownCheck(connection, known, () => checks.stop(uri), log));
            }
        } else if (check) {
            shown.delete(uri);
            check.done();
        }
    });
}

class ShownCheck {
    private reporter: WorkDoneProgressServerReporter | undefined;
    private isDone = false;

    constructor(
        connection: Connection,
        private known: PolicyKnowledge,
        private readonly stop: () => void,
        log: Log
    ) {
        connection.window.createWorkDoneProgress().then(
            (reporter) => this.begin(reporter),
            (error: unknown) => log.warn(`The client does not show progress: ${messageOf(error)}`)
        );
    }

    report(known: PolicyKnowledge): void {
        this.known = known;
        this.reporter?.report(messageFor(known));
    }

    done(): void {
        this.isDone = true;
        this.reporter?.done();
    }

    private begin(reporter: WorkDoneProgressServerReporter): void {
        reporter.begin('Guardrail: checking', undefined, messageFor(this.known), true);
        if (this.isDone) {
            reporter.done();
            return;
        }
        this.reporter = reporter;
        reporter.token.onCancellationRequested(this.stop);
    }
}

/** Writes `3 claims decided; "mail stays": 12,000 states`. */
function messageFor({ claims, progress }: PolicyKnowledge): string {
    const decided = `${counted(claims.length, 'claim')} decided`;
    return progress ? `${decided}; ${progress.claim}: ${counted(progress.states, 'state')}` : decided;
}
