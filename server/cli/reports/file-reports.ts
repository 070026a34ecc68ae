import { diagnosticsOf } from '../../workspace/diagnostics.js';
import { displayPath } from '../../workspace/display-path.js';
import type { PolicyDocument, PolicyWorkspace } from '../../workspace/policy-workspace.js';
import type { FileReport } from './check-report.js';

/** A file and all of its imports, as shown in a report; the file itself comes first. */
export function fileReportsOf(document: PolicyDocument, workspace: PolicyWorkspace, cwd: string): FileReport[] {
    return [document, ...workspace.importsOf(document)].map((one, index): FileReport => {
        const isPolicy = one.parseResult.value.policy !== undefined;
        return {
            uri: one.uri.toString(),
            path: displayPath(one.uri.fsPath, cwd),
            kind: index > 0 ? 'import' : isPolicy ? 'policy' : 'inventory',
            text: one.textDocument.getText(),
            diagnostics: diagnosticsOf(one)
        };
    });
}
