/** Which files are policies: those whose name says so, and what the editor opened as one. */
import { DefaultServiceRegistry, type LangiumCoreServices, type URI } from 'langium';

export class GuardrailServiceRegistry extends DefaultServiceRegistry {
    /**
     * An untitled text has no name that says it. While it is open the editor does; but it is built and forgotten after it
     * was closed too, and in workers, which know no editor.
     */
    override getServices(uri: URI): LangiumCoreServices {
        const [language] = this.all;
        return uri.scheme === 'untitled' && language ? language : super.getServices(uri);
    }
}
