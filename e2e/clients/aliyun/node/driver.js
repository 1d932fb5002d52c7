// driver: the npm clients. node driver.js CLIENT reads calls, one a line, and writes what the client made of each answer.
'use strict';

const readline = require('readline');
const folder = process.env.NODE_PATH;
const load = (name) => require(`${folder}/${name}`);
const name = process.argv[2];

const FORM = 'application/x-www-form-urlencoded; charset=UTF-8';
const JS_SDK = 'aliyun-api-gateway-js-sdk';
const JSON_TYPE = 'application/json; charset=UTF-8';

// object is what a client takes for pairs: a list where a name is repeated.
function object(pairs) {
  const all = {};
  for (const [key, value] of pairs) {
    all[key] = key in all ? [].concat(all[key], value) : value;
  }
  return all;
}

// client is the one to be tried, with the caller's credentials; a text says why there is none.
function client(call) {
  if (call.algorithm) {
    return 'it signs with HmacSHA256 alone';
  }
  switch (name) {
    case 'aliyun-api-gateway':
    case 'api-gateway-http': {
      const {Client, SimpleClient} = load(name);
      return call.auth === 'code' ? new SimpleClient(call.code) : new Client(call.key, call.secret, call.stage);
    }
    case 'egg-aliyun-api-gateway': {
      if (call.auth === 'code' || call.stage) {
        return 'its plug-in takes a key and a secret, nothing else';
      }
      const app = {config: {aliyunApiGateway: {appKey: call.key, appSecret: call.secret}}, coreLogger: {info() {}}};
      load(`${name}/app.js`)(app);
      return app.aliyunApiGateway;
    }
    case JS_SDK: {
      if (call.auth === 'code' || call.form || call.md5) {
        return 'it sends no AppCode, a form as JSON, and a digest that it counts';
      }
      const {Client} = load(name);
      return new Client(call.key, call.secret, call.stage);
    }
  }
  throw new Error(`there is no client ${name}`);
}

async function send(call) {
  const c = client(call);
  if (typeof c === 'string') {
    return {unable: c};
  }
  const headers = {};
  if (call.form) {
    headers['content-type'] = FORM;
  } else if (call.json !== undefined || name === JS_SDK) {
    headers['content-type'] = call.type || JSON_TYPE; // the JS SDK's own, application/jsoncharset=utf-8, is none
  }
  if (call.md5) {
    headers['content-md5'] = call.md5;
  }
  if (call.nonce !== undefined) {
    headers['x-ca-nonce'] = call.nonce;
  }
  const options = {headers, signHeaders: call.sign, timeout: 10000};
  if (call.form || call.json !== undefined) {
    options.data = call.form ? object(call.form) : call.json;
  }
  const url = call.origin + encodeURI(call.path);
  if (name === JS_SDK) {
    return axios(await c[call.method.toLowerCase()]({...options, url, params: object(call.query)}).catch((err) => {
      if (!err.response) {
        throw err;
      }
      return err.response;
    }));
  }
  if (call.query.length > 0) {
    options.query = object(call.query);
  }
  try {
    return {status: 200, body: await c[call.method.toLowerCase()](url, options)};
  } catch (err) {
    if (!err.data) {
      throw err;
    }
    // The text is the client's: "... request id: ID, error message: TEXT".
    const [, id, message] = err.message.match(/ request id: (.*), error message: ([^]*)$/);
    return {status: err.code, code: err.data.headers['x-ca-error-code'] || null, id, message};
  }
}

function axios(response) {
  const {headers, status} = response;
  return {status, body: response.data, code: headers['x-ca-error-code'] || null, message: headers['x-ca-error-message'], id: headers['x-ca-request-id']};
}

(async () => {
  for await (const line of readline.createInterface({input: process.stdin})) {
    const got = await send(JSON.parse(line)).catch((err) => ({error: err.stack}));
    process.stdout.write(JSON.stringify(got) + '\n');
  }
  process.exit(0);
})();
