import { tests } from './checks.js';
import './chat_test.js';
import './completion_test.js';
import './links_test.js';
import './names_test.js';
import './problems_test.js';
import './timeline_test.js';

/** Runs every test, and says which failed and why. */
export async function run() {
  const failed = [];
  for (const { title, body } of tests) {
    try {
      await body();
    } catch (error) {
      failed.push(`${title}: ${error.message}`);
    }
  }
  return { count: tests.length, failed };
}
