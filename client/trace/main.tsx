/** The page of the trace view. */
import { render } from 'preact';
import { App } from './app.js';
import type { FromView, SavedView } from './messages.js';
import './trace.css';
import { readTexts } from './texts.js';

/** The function that VS Code provides, once per page. */
declare function acquireVsCodeApi(): {
    postMessage(message: FromView): void;
    getState(): SavedView | undefined;
    setState(state: SavedView): void;
};

const host = acquireVsCodeApi();
const root = document.getElementById('root');
if (root) {
    readTexts();
    render(
        <App
            saved={host.getState()}
            send={(message) => host.postMessage(message)}
            save={(state) => host.setState(state)}
        />,
        root
    );
}
