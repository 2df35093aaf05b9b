// A certified OpenID Connect provider on loopback: `node provider.mjs PORT CLIENT SECRET SITE`.
// Its sign-in page takes any name; `nora` is nora@example.org, in the group of gardeners.
import { Provider } from "oidc-provider";

const [port, client, secret, site] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: client,
      client_secret: secret,
      redirect_uris: [`${site}/api/auth/oidc/callback`],
      post_logout_redirect_uris: [`${site}/login`],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  claims: {
    openid: ["sub"],
    email: ["email", "email_verified"],
    profile: ["name", "groups"],
  },
  conformIdTokenClaims: false,
  cookies: { keys: ["a key of the tests"] },
  pkce: { required: () => true },
  features: {
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      name: id[0].toUpperCase() + id.slice(1),
      email: `${id}@example.org`,
      email_verified: true,
      groups: ["gardeners"],
    }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
