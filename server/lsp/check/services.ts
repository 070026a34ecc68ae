import type { SettingsService } from '../connection/settings.js';
import type { CheckerHost } from './host.js';
import type { CheckService } from './service.js';

/** The services that provide results to the features that show them. */
export interface CheckingServices {
    checking: {
        CheckService: CheckService;
        Host: CheckerHost;
        Settings: SettingsService;
    };
}
