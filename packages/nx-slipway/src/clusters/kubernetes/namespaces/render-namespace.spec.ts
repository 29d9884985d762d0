import { renderNamespace } from './render-namespace';

const values = { user: 'ada', branch: 'main', workspace: 'shop' };

describe('renderNamespace', () => {
  it.each([
    ['default', 'default'],
    ['team-a', 'team-a'],
    ['{workspace}-{user}', 'shop-ada'],
    ['pr-{branch}', 'pr-main'],
  ])('%s gives %s', (template, expected) => {
    expect(renderNamespace(template, values)).toBe(expected);
  });

  it('keeps two branches apart whose names come to the same letters', () => {
    const of = (branch: string): string => renderNamespace('pr-{branch}', { ...values, branch });
    expect(of('fix/Login')).toMatch(/^pr-fix-login-[0-9a-f]{6}$/);
    expect(new Set([of('fix/Login'), of('fix-login'), of('fix_login'), of('FIX-LOGIN')]).size).toBe(4);
  });

  it('is never longer than a DNS label, nor cut so that two are the same', () => {
    const of = (branch: string): string => renderNamespace('pr-{branch}', { ...values, branch });
    const [one, other] = [of(`${'x'.repeat(80)}1`), of(`${'x'.repeat(80)}2`)];
    expect(one).toHaveLength(63);
    expect(one).not.toBe(other);
  });

  it.each([
    ['pr-{branch}', { ...values, branch: undefined }, '{branch} cannot be told here (no branch is checked out'],
    ['{team}', values, 'there is no placeholder {team}'],
    ['Team', values, '"Team" is not a name of a namespace'],
    ['kube-system', values, `"kube-system" is one of Kubernetes' own`],
    ['{branch}', { ...values, branch: 'default' }, `"default" is one of Kubernetes' own`],
  ])('refuses %s', (template, given, reason) => {
    expect(() => renderNamespace(template, given)).toThrow(
      expect.objectContaining({ code: 'CONFIG_NAMESPACE_INVALID', message: expect.stringContaining(reason) }) as Error,
    );
  });
});
