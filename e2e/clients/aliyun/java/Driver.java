import com.alibaba.cloudapi.sdk.client.ApacheHttpClient;
import com.alibaba.cloudapi.sdk.client.OkHttp3Client;
import com.alibaba.cloudapi.sdk.enums.HttpMethod;
import com.alibaba.cloudapi.sdk.enums.ParamPosition;
import com.alibaba.cloudapi.sdk.enums.Scheme;
import com.alibaba.cloudapi.sdk.model.ApiRequest;
import com.alibaba.cloudapi.sdk.model.ApiResponse;
import com.alibaba.cloudapi.sdk.model.HttpClientBuilderParams;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Driver reads calls, one a line, and writes what the client made of each answer. Its argument chooses one of the SDK's two HTTP clients. */
public final class Driver {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Apache opens the constructor, which is for the code that the vendor generates for each group. */
    private static final class Apache extends ApacheHttpClient {}

    private static final class OkHttp extends OkHttp3Client {}

    private static ApiResponse send(String client, HttpClientBuilderParams params, ApiRequest request) {
        if (client.equals("sdk-core-java/okhttp")) {
            OkHttp c = new OkHttp();
            c.init(params);
            return c.sendSyncRequest(request);
        }
        Apache c = new Apache();
        c.init(params);
        try {
            return c.sendSyncRequest(request);
        } finally {
            c.shutdown();
        }
    }

    private static HttpClientBuilderParams params(JsonNode call) {
        HttpClientBuilderParams params = new HttpClientBuilderParams();
        params.setAppKey(call.get("key").asText());
        params.setAppSecret(call.get("secret").asText());
        params.setScheme(Scheme.HTTP);
        params.setHost(URI.create(call.get("origin").asText()).getAuthority());
        params.setConnectionTimeout(10000);
        params.setReadTimeout(10000);
        return params;
    }

    private static ApiRequest request(JsonNode call) throws Exception {
        String method = call.get("method").asText();
        if (method.startsWith("P")) {
            method += call.has("form") ? "_FORM" : "_JSON";
        }
        ApiRequest request = new ApiRequest(HttpMethod.valueOf(method), call.get("path").asText());
        add(request, call.path("query"), ParamPosition.QUERY);
        add(request, call.path("form"), ParamPosition.BODY);
        if (call.has("json")) {
            request.setBody(JSON.writeValueAsBytes(call.get("json")));
        }
        call.get("sign").fields().forEachRemaining(e -> request.addHeader(e.getKey(), e.getValue().asText()));
        for (String[] header : new String[][] {{"stage", "x-ca-stage"}, {"type", "content-type"}, {"md5", "content-md5"}}) {
            if (call.has(header[0])) {
                request.addHeader(header[1], call.get(header[0]).asText());
            }
        }
        if (call.has("algorithm")) {
            request.setSignatureMethod(call.get("algorithm").asText());
        }
        if (call.has("nonce") && call.get("nonce").asText().isEmpty()) {
            request.setGenerateNonce(false);
        } else if (call.has("nonce")) {
            request.addHeader("x-ca-nonce", call.get("nonce").asText());
        }
        if (call.get("auth").asText().equals("code")) {
            request.setNeedSignature(false);
            request.addHeader("authorization", "APPCODE " + call.get("code").asText());
        }
        return request;
    }

    private static void add(ApiRequest request, JsonNode pairs, ParamPosition position) {
        pairs.forEach(pair -> request.addParam(pair.get(0).asText(), pair.get(1).asText(), position, true));
    }

    private static ObjectNode shown(ApiResponse response) throws Exception {
        ObjectNode got = JSON.createObjectNode();
        got.put("status", response.getCode());
        got.put("code", response.getFirstHeaderValue("x-ca-error-code"));
        got.put("message", response.getFirstHeaderValue("x-ca-error-message"));
        got.put("id", response.getFirstHeaderValue("x-ca-request-id"));
        if (response.getCode() == 200) {
            got.set("body", JSON.readTree(response.getBody()));
        }
        return got;
    }

    public static void main(String[] args) throws Exception {
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode call = JSON.readTree(line);
            ObjectNode got;
            try {
                got = shown(send(args[0], params(call), request(call)));
            } catch (Exception e) {
                got = JSON.createObjectNode().put("error", e.toString());
            }
            out.println(JSON.writeValueAsString(got));
        }
        System.exit(0);
    }
}
