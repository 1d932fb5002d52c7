"""driver: the clients of PyPI. driver.py CLIENT reads calls, one a line, and writes what the client made of each answer."""
import json
import socket
import sys
import urllib.parse
import uuid


class Unable(Exception):
    """The client has no way to make such a call."""


def check(call, **cannot):
    """Raises Unable for a call that asks for something which the client cannot do, by what the call says."""
    for what, why in {"code": "it sends no AppCode", **cannot}.items():
        if call["auth"] == what or what != "code" and call.get(what):
            raise Unable(why)


def urlencoded(pairs):
    return urllib.parse.urlencode([tuple(pair) for pair in pairs])


def target(call):
    query = urlencoded(sorted(call["query"]))
    return urllib.parse.quote(call["path"]) + ("?" + query if query else "")


def shown(status, headers, body):
    """An answer of a client that shows headers as they are: what the vendor's guide says to look at."""
    headers = {name.lower(): value for name, value in dict(headers).items()}
    return {
        "status": status, "code": headers.get("x-ca-error-code"), "message": headers.get("x-ca-error-message"),
        "id": headers.get("x-ca-request-id"), "body": json.loads(body) if status == 200 else None,
    }


def new_client(call):
    """aliyun-api-gateway-python: its exception has the message."""
    from aliyun_api_gateway import ApiGatewayClient, ApiGatewayRequest
    from aliyun_api_gateway.exceptions import ApiGatewayConfigurationError, ApiGatewayHTTPError

    check(call)
    headers = dict(call["sign"])
    for name, what in (("X-Ca-Stage", "stage"), ("Content-Type", "type"), ("Content-MD5", "md5")):
        if what in call:
            headers[name] = call[what]
    options = {"nonce_factory": lambda: call["nonce"]} if "nonce" in call else {}
    client = ApiGatewayClient(call["origin"], call["key"], call["secret"], signature_method=call.get("algorithm", "HmacSHA256"), **options)
    body = {"json_body": call["json"]} if "json" in call else {"form": call["form"]} if "form" in call else {}
    request = ApiGatewayRequest(
        call["method"], urllib.parse.quote(call["path"]), query=call["query"], headers=headers, additional_signed_headers=list(call["sign"]), **body)
    try:
        response = client.send(request)
    except ApiGatewayConfigurationError as e:
        raise Unable(str(e))
    got = shown(response.status, response.headers, response.body)
    try:
        response.raise_for_status()
    except ApiGatewayHTTPError as e:
        got["message"] = str(e).partition(": ")[2]
    return got


def demo_client(call):
    """aliyun-api-gateway-sign, the vendor's demo as a package. It connects to port 80 alone: a connection is led to the right one."""
    from com.aliyun.api.gateway.sdk import client
    from com.aliyun.api.gateway.sdk.common import constant
    from com.aliyun.api.gateway.sdk.http import request

    headers = "it sends no header of the caller's but Accept"
    check(call, sign=headers, stage=headers, md5=headers, type="it takes a body of bytes for one type alone", algorithm="it signs with HmacSHA256 alone")
    if "json" in call and call["method"] != "POST":
        raise Unable("it takes a body of bytes for POST alone")
    origin = urllib.parse.urlsplit(call["origin"])
    connect, new = socket.create_connection, uuid.uuid4
    socket.create_connection = lambda address, *rest: connect(("127.0.0.1", origin.port), *rest)
    if "nonce" in call:
        uuid.uuid4 = lambda: call["nonce"]
    r = request.Request(host="http://" + origin.hostname, url=target(call), method=call["method"], time_out=10)
    if "form" in call:
        r.set_content_type(constant.CONTENT_TYPE_FORM)
        r.set_body(dict(call["form"]))
    elif "json" in call:
        r.set_content_type(constant.CONTENT_TYPE_STREAM)
        r.set_body(json.dumps(call["json"]).encode())
    try:
        return shown(*client.DefaultClient(call["key"], call["secret"]).execute(r))
    finally:
        socket.create_connection, uuid.uuid4 = connect, new


def util_client(call):
    """alibabacloud_apigateway_util signs requests of the vendor's generated SDKs, whose core sends them."""
    from alibabacloud_apigateway_util.client import Client
    from alibabacloud_tea_util.client import Client as Util
    from Tea.core import TeaCore
    from Tea.request import TeaRequest

    check(call, algorithm="it signs with HmacSHA256 alone")
    if len(dict(call["query"])) < len(call["query"]):
        raise Unable("its query is a dictionary of texts")
    r = TeaRequest()
    r.method, r.protocol, r.pathname, r.query = call["method"], "http", urllib.parse.quote(call["path"]), dict(sorted(call["query"]))
    r.headers = {
        "host": urllib.parse.urlsplit(call["origin"]).netloc, "date": Util.get_date_utcstring(), "x-ca-nonce": Util.get_nonce(),
        "x-ca-timestamp": Client.get_time_stamp(), "x-ca-key": call["key"], "accept": "application/json", **call["sign"],
    }
    if "stage" in call:
        r.headers["x-ca-stage"] = call["stage"]
    if "nonce" in call:
        r.headers["x-ca-nonce"] = call["nonce"]
    if "form" in call:
        r.headers["content-type"] = "application/x-www-form-urlencoded"
        r.body = urlencoded(call["form"])
    elif "json" in call:
        r.headers["content-type"] = call.get("type", "application/json; charset=utf-8")
        r.body = json.dumps(call["json"])
        r.headers["content-md5"] = call.get("md5", Client.get_content_md5(r.body))
    r.headers["x-ca-signature"] = Client.get_signature(r, call["secret"])
    response = TeaCore.do_action(r, {"readTimeout": 10000})
    if Client.is_fail(response.status_code) != (response.status_code != 200):
        raise AssertionError(f"is_fail({response.status_code})")
    return shown(response.status_code, response.headers, response.body)


def iot_client(call):
    """alibabacloud_iot_api_gateway, official: every request has a body and its digest, GET as well, and none a timestamp."""
    from alibabacloud_iot_api_gateway import models
    from alibabacloud_iot_api_gateway.client import Client
    from alibabacloud_tea_util.models import RuntimeOptions

    check(call, form="its bodies are JSON", type="its bodies are JSON", md5="it counts the digest", algorithm="it signs with HmacSHA256 alone")
    headers = dict(call["sign"])
    if "stage" in call:
        headers["x-ca-stage"] = call["stage"]
    if "nonce" in call:
        headers["x-ca-nonce"] = call["nonce"]
    if call["path"].startswith("/late/"):
        raise Unable("it sends no time that could be late")
    client = Client(models.Config(
        domain=urllib.parse.urlsplit(call["origin"]).netloc, protocol="http", app_key=call["key"], app_secret=call["secret"]))
    body = models.IoTApiRequest(version="1.0", params=call.get("json", {}), request=models.CommonParams(api_ver="1.0.0"))
    response = client.do_request(target(call), "http", call["method"], headers, body, RuntimeOptions(read_timeout=10000))
    got = shown(response.status_code, response.headers, response.body)
    if got["body"] and "json" in call:
        got["body"]["json"] = got["body"]["json"]["params"]
    return got


CLIENTS = {
    "aliyun-api-gateway-python": new_client, "aliyun-api-gateway-sign": demo_client,
    "alibabacloud_apigateway_util": util_client, "alibabacloud_iot_api_gateway": iot_client,
}


def main(client):
    for line in sys.stdin:
        try:
            got = CLIENTS[client](json.loads(line))
        except Unable as e:
            got = {"unable": str(e)}
        except Exception as e:
            got = {"error": repr(e)}
        print(json.dumps(got), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
