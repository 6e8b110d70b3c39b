using System.Text;

namespace Ingot.Server.Tests.Edge;

/// <summary>A request that means no good, and the statuses it may get: none of them stands for a closed connection.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Bytes">The request as it goes over the wire.</param>
/// <param name="Statuses">What it may be answered; empty for nothing at all.</param>
internal sealed record HostileRequest(string Name, byte[] Bytes, params int[] Statuses);

/// <summary>Requests as attackers and broken programs send them, the same every time.</summary>
internal static class HostileRequests
{
    private const string Body = """{"model": "tiny", "messages": [{"role": "user", "content": "Hi"}]}""";
    private const string Chat = "/v1/chat/completions";
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>Names that are not this machine's.</summary>
    public static IEnumerable<HostileRequest> Hosts()
    {
        var random = new Random(1);
        string[] foreign =
        [
            "evil.example", "EVIL.EXAMPLE", "localhost.", "localhost..", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1.", "evil.example:5272",
            "0.0.0.0", "10.0.0.1", "169.254.169.254", "[::]", "[fe80::1]", "[2001:db8::1]", "1270.0.0.1", "localhost_", "xn--lcalhost-n4a", "evillocalhost",
            "evil.example%23.localhost.evil", "", "-", "*",
        ];
        foreach (string host in foreign)
            yield return Ask($"host '{host}'", host: host, statuses: [400, 403]);
        for (int i = 0; i < 30; i++)
        {
            string label = Word(random, 1, 20);
            string host = (i % 3) switch
            {
                0 => $"{label}.{Word(random, 2, 6)}",
                1 => $"localhost{label}",
                _ => $"127.0.0.{random.Next(1, 255)}.{label}",
            };
            yield return Ask($"host '{host}'", host: host, statuses: [403]);
        }

        foreach (string host in new[] { "user:secret@localhost", "localhost@evil.example", "local host", "localhost\tx", "loc\0alhost", "localhost/path", "localhost:abc", "[::1", "::1", "münchen", "localhost\\evil", "a,b", "localhost#x", "localhost?x" })
            yield return Ask($"host '{host}'", host: host, statuses: [400, 403]);
        yield return new HostileRequest("two hosts", Bytes($"POST {Chat} HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n{Rest}"), 400);
        yield return new HostileRequest("two different hosts", Bytes($"POST {Chat} HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n{Rest}"), 400);
        yield return new HostileRequest("no host", Bytes($"POST {Chat} HTTP/1.1\r\n{Rest}"), 400);
        yield return new HostileRequest("no host in the old version", Bytes($"POST {Chat} HTTP/1.0\r\n{Rest}"), 403);
        yield return Ask("a whole address of another host", target: $"http://evil.example{Chat}", host: "localhost", statuses: [400]);
        yield return Ask("a whole address that is the host's", target: $"http://evil.example{Chat}", host: "evil.example", statuses: [403]);
        yield return Ask("a whole address with a user", target: $"http://user:secret@localhost{Chat}", host: "localhost", statuses: [400]);
        yield return Ask("a whole address with a user and evil host", target: $"http://localhost@evil.example{Chat}", host: "evil.example", statuses: [400]);
        yield return Ask("a whole address of a file", target: "file:///etc/passwd", host: "localhost", statuses: [400, 404]);
        yield return Ask("a whole address of another protocol", target: "gopher://localhost/", host: "localhost", statuses: [400, 404]);
        yield return Ask("an address for a proxy", method: "CONNECT", target: "evil.example:443", host: "evil.example:443", statuses: [400, 403, 405]);
        yield return Ask("a path that looks like a host", target: $"//evil.example{Chat}", host: "localhost", statuses: [404]);
    }

    /// <summary>Sites whose pages have no business here.</summary>
    /// <param name="own">The service's own address.</param>
    public static IEnumerable<HostileRequest> Origins(string own)
    {
        var random = new Random(2);
        string[] foreign =
        [
            "null", "NULL", "", " ", "*", "http://localhost", "https://localhost", "http://127.0.0.1", "http://[::1]", "http://evil.example", "file://", "about:blank", "data:text/html,x",
            $"{own}.evil.example", $"{own}@evil.example", $"{own}, {own}", $"{own} {own}", $"{own}/path", $"{own}0", own[..^1], own.Replace("http:", "https:", StringComparison.Ordinal),
            own.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), own.Replace("127.0.0.1", "127.0.0.2", StringComparison.Ordinal), own.Replace("//", "///evil.example//", StringComparison.Ordinal), $" {own} x",
            "http://" + new string('a', 5000), "chrome-extension://abcdefghijklmnop", "http://127.0.0.1%2eevil.example", $"{own}\\@evil.example",
        ];
        foreach (string origin in foreign)
            yield return Ask($"origin '{Short(origin)}'", headers: $"Origin: {origin}\r\n", own: own, statuses: [403]);
        for (int i = 0; i < 25; i++)
        {
            char[] changed = own.ToCharArray();
            int at = random.Next(changed.Length);
            char other = Letters[random.Next(Letters.Length)];
            if (char.ToLowerInvariant(changed[at]) == other)
                other = '_';
            changed[at] = other;
            string origin = new(changed);
            yield return Ask($"origin '{origin}'", headers: $"Origin: {origin}\r\n", own: own, statuses: [403]);
        }

        yield return Ask("two origins", headers: $"Origin: {own}\r\nOrigin: http://evil.example\r\n", own: own, statuses: [403]);
        yield return Ask("its own origin twice", headers: $"Origin: {own}\r\nOrigin: {own}\r\n", own: own, statuses: [403]);
        foreach (string site in new[] { "cross-site", "same-site", "CROSS-SITE", "none, cross-site", "x" })
            yield return Ask($"site '{site}'", headers: $"Sec-Fetch-Site: {site}\r\n", own: own, statuses: [403]);
        foreach (string type in new[] { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain; application/json", "", "application/jsonx" })
            yield return new HostileRequest($"a form's type '{type}'", Bytes($"POST {Chat} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: {type}\r\nContent-Length: {Body.Length}\r\n\r\n{Body}"), 415);
    }

    /// <summary>Paths that try to be something else.</summary>
    public static IEnumerable<HostileRequest> Paths()
    {
        var random = new Random(3);
        string[] odd =
        [
            "/v1%2fchat%2fcompletions", "/v1/chat%2Fcompletions", "/v1%252fchat%252fcompletions", "/v1/chat/completions%00", "/v1/chat/completions%2500", "/v1/chat/%00/completions",
            "/v1/chat\\completions", "/v1/chat%5ccompletions", "/v1/chat/completions;a=b", "/v1/chat/completions.", "/v1/chat/completions%20", "/v1/chat/completions%09", "/v1/chat/completions%0d%0aX-Evil:%20yes",
            "/v1/%c0%ae%c0%ae/chat", "/v1/chat%c0%afcompletions", "/v1/chat/completions%ff", "/v1/chat/completions%", "/v1/chat/completions%4", "/v1/chat/completions%zz", "/v1/chat/%u0063ompletions",
            "//v1//chat//completions", "/./../../../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/v1/models/..%2f..%2fshutdown", "/v1/models/..\\..\\shutdown",
            "/v1/responses/..%2fconversations", "/v1/responses/%00", "/openai/load/%2e%2e", "/openai/load/..%2f..%2fetc", "/v1/chat/completions/../../../x", "/%2e%2e/%2e%2e/x", "/v1/chat/completions%EF%BC%8Fx",
            "/v1/chat/completions/%E2%80%AE", "/*", "/%2a", "/v1/{model}", "/v1/chat/completions?%", "/WEB-INF/web.xml", "/.git/config", "/.env", "/admin", "/v1/../../v1x",
        ];
        foreach (string path in odd)
            yield return Ask($"path '{path}'", method: path.Contains("load/", StringComparison.Ordinal) ? "GET" : "POST", target: path, statuses: path.EndsWith("completions?%", StringComparison.Ordinal) ? [200] : [400, 404, 405]);
        for (int i = 0; i < 30; i++)
        {
            byte[] raw = new byte[random.Next(1, 60)];
            random.NextBytes(raw);
            string path = "/" + string.Concat(raw.Select(value => random.Next(4) == 0 ? $"%25{value:x2}" : $"%{value:X2}"));
            yield return Ask($"path '{path}'", target: path, statuses: [400, 404]);
        }

        yield return Ask("dots that lead to the service's end, which wants its token", target: "/v1/models/%2e%2e/%2e%2e/shutdown", statuses: [403]);
        yield return Ask("a target without a slash", target: "v1/models", statuses: [400]);
        yield return Ask("an empty target", target: "", statuses: [400]);
        yield return Ask("a star", method: "OPTIONS", target: "*", statuses: [404, 405]);
        yield return Ask("a star to post to", target: "*", statuses: [400, 405]);
        yield return Ask("a long path", target: "/v1/models/" + new string('a', 60_000), method: "GET", statuses: [404]);
        yield return Ask("a longer path", target: "/" + new string('a', 70_000), method: "GET", statuses: [414]);
        yield return Ask("a path of many parts", target: string.Concat(Enumerable.Repeat("/a", 20_000)), method: "GET", statuses: [404]);
        yield return Ask("a path of many dots", target: "/v1" + string.Concat(Enumerable.Repeat("/..", 15_000)), method: "GET", statuses: [404]);
        yield return Ask("a query of many parameters", target: "/v1/models?" + string.Join('&', Enumerable.Range(0, 5000).Select(i => $"a{i}=1")), method: "GET", statuses: [200, 400]);
        yield return Ask("raw bytes beyond ASCII", target: "/v1/möd\u00ff", method: "GET", statuses: [400]);
    }

    /// <summary>Methods that no route has.</summary>
    public static IEnumerable<HostileRequest> Methods()
    {
        var random = new Random(4);
        string[] known = ["PUT", "PATCH", "TRACE", "TRACK", "PROPFIND", "MKCOL", "SEARCH", "DEBUG", "POSTX", "XPOST", "HEAD", "DELETE"];
        foreach (string method in known)
            yield return Ask($"method {method}", method: method, statuses: [404, 405]);
        for (int i = 0; i < 12; i++)
        {
            string method = Word(random, 3, 30).ToUpperInvariant();
            yield return Ask($"method {method}", method: method, statuses: [405]);
        }

        foreach (string method in new[] { "post", "Post", "pOST", "get", "delete", "patch", "options", "head" })
            yield return Ask($"method {method}", method: method, statuses: [405]);
        foreach (string method in new[] { "GE T", "G\0ET", "GET\t", "PO(ST", "PO\"ST", "", " GET", "G\u00e4T" })
            yield return Ask($"method '{method}'", method: method, statuses: [400]);
        yield return Ask("an override of the method", method: "POST", target: "/v1/models", headers: "X-HTTP-Method-Override: GET\r\n", statuses: [405]);
    }

    /// <summary>Headers and bodies that two servers may read in two ways, and what is no HTTP at all.</summary>
    public static IEnumerable<HostileRequest> Framings()
    {
        string smuggled = "GET /openai/unloadall HTTP/1.1\r\nHost: localhost\r\n\r\n";
        string chunked = $"{Body.Length:x}\r\n{Body}\r\n0\r\n\r\n";
        (string Name, string Headers, string Body, int[] Statuses)[] cases =
        [
            ("length and chunks", $"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", chunked + smuggled, [400]),
            ("chunks and length", $"Transfer-Encoding: chunked\r\nContent-Length: {chunked.Length}\r\n", chunked, [400]),
            ("two different lengths", $"Content-Length: {Body.Length}\r\nContent-Length: 3\r\n", Body, [400]),
            ("a list of lengths", $"Content-Length: {Body.Length}, 3\r\n", Body, [400]),
            ("a length with a sign", $"Content-Length: +{Body.Length}\r\n", Body, [200, 400]),
            ("a negative length", "Content-Length: -1\r\n", Body, [400]),
            ("a hexadecimal length", "Content-Length: 0x10\r\n", Body, [400]),
            ("a broken length", "Content-Length: 1 0\r\n", Body, [400]),
            ("an empty length", "Content-Length: \r\n", Body, [400]),
            ("a huge length", "Content-Length: 99999999999999999999\r\n", Body, [400]),
            ("a length beyond the limit", "Content-Length: 9999999\r\n", Body, [413]),
            ("an unknown coding", "Transfer-Encoding: xchunked\r\n", chunked, [400]),
            ("chunks twice", "Transfer-Encoding: chunked, chunked\r\n", chunked, [400]),
            ("chunks before another coding", "Transfer-Encoding: chunked, gzip\r\n", chunked, [400]),
            ("chunks, and identity", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", chunked, [400]),
            ("a coding with a tab", "Transfer-Encoding:\tchunked\r\nContent-Length: 4\r\n", chunked, [400]),
            ("space before the colon", $"Content-Length : {Body.Length}\r\n", Body, [400]),
            ("a folded header", $"X-A: b\r\n c\r\nContent-Length: {Body.Length}\r\n", Body, [400]),
            ("a header folded by a tab", $"X-A: b\r\n\tTransfer-Encoding: chunked\r\nContent-Length: {Body.Length}\r\n", Body, [400]),
            ("a header without a colon", "X-A\r\n", Body, [400]),
            ("a header without a name", ": x\r\n", Body, [400]),
            ("NUL in a header", "X-A: a\0b\r\n", Body, [400]),
            ("NUL in a header's name", "X-\0A: ab\r\n", Body, [400]),
            ("a lone CR in a header", "X-A: a\rContent-Length: 3\r\n", Body, [400]),
            ("a name that is no token", "X(A): a\r\n", Body, [400]),
            ("a chunk of negative size", "Transfer-Encoding: chunked\r\n", "-1\r\nx\r\n0\r\n\r\n", [400]),
            ("a chunk of overflowing size", "Transfer-Encoding: chunked\r\n", "fffffffffffffffff\r\nx\r\n0\r\n\r\n", [400]),
            ("a chunk of size 0x", "Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n", [400]),
            ("a chunk longer than its size", "Transfer-Encoding: chunked\r\n", "2\r\nhello\r\n0\r\n\r\n", [400]),
            ("a chunk beyond the limit", "Transfer-Encoding: chunked\r\n", $"20000\r\n{new string(' ', 0x20000)}\r\n0\r\n\r\n", [413]),
            ("a chunk ended by a bare LF", "Transfer-Encoding: chunked\r\n", $"{Body.Length:x}\n{Body}\r\n0\r\n\r\n", [400]),
            ("an extension of a chunk with a bare LF", "Transfer-Encoding: chunked\r\n", $"{Body.Length:x};a\nb\r\n{Body}\r\n0\r\n\r\n", [400]),
            ("very many headers", string.Concat(Enumerable.Range(0, 200).Select(i => $"X-{i}: a\r\n")), Body, [431]),
            ("a very long header", $"X-A: {new string('a', 40_000)}\r\n", Body, [431]),
            ("a very long header's name", $"{new string('a', 40_000)}: x\r\n", Body, [431]),
            ("a long key", $"Authorization: Bearer {new string('a', 20_000)}\r\nContent-Length: {Body.Length}\r\n", Body, [200, 401]),
            ("another protocol", "Upgrade: websocket\r\nConnection: Upgrade, close\r\nContent-Length: 0\r\n", "", [400, 415]),
            ("what may not be repeated", $"Content-Type: application/json\r\nContent-Length: {Body.Length}\r\n", Body, [200, 400, 415]),
        ];
        foreach ((string name, string headers, string body, int[] statuses) in cases)
            yield return new HostileRequest(name, Bytes($"POST {Chat} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{(headers.Contains("Connection", StringComparison.Ordinal) ? "" : "Connection: close\r\n")}{headers}\r\n{body}"), statuses);

        foreach (string version in new[] { "HTTP/0.9", "HTTP/1.2", "HTTP/1.", "HTTP/3.0", "HTTP/11", "http/1.1", "HTTP/1.1x", "HTTPS/1.1" })
            yield return new HostileRequest($"version {version}", Bytes($"GET /v1/models {version}\r\nHost: localhost\r\nConnection: close\r\n\r\n"), 400, 505);
        yield return new HostileRequest("lines ended by LF alone", Bytes("GET /v1/models HTTP/1.1\nHost: localhost\nConnection: close\n\n"), 400);
        yield return new HostileRequest("a header ended by LF alone", Bytes("GET /v1/models HTTP/1.1\r\nHost: localhost\nX-A: b\r\nConnection: close\r\n\r\n"), 400);
        yield return new HostileRequest("no version", Bytes("GET /v1/models\r\n\r\n"), 400, 505);
        yield return new HostileRequest("the second protocol's greeting", Bytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
        yield return new HostileRequest("the greeting of TLS", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, .. Bytes("\r\n\r\n")], 400);
        var random = new Random(5);
        for (int i = 0; i < 20; i++)
        {
            byte[] noise = new byte[random.Next(10, 400)];
            random.NextBytes(noise);
            yield return new HostileRequest($"noise {i}", [.. noise.Select(value => value == '\n' ? (byte)'x' : value), .. Bytes("\r\n\r\n")], 400);
        }
    }

    private static string Rest => $"Connection: close\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n{Body}";

    private static HostileRequest Ask(string name, string method = "POST", string target = Chat, string? host = null, string headers = "", string own = "http://localhost", params int[] statuses) =>
        new(name, Bytes($"{method} {target} HTTP/1.1\r\nHost: {host ?? own["http://".Length..]}\r\n{headers}{Rest}"), statuses);

    private static string Word(Random random, int least, int most) => new([.. Enumerable.Range(0, random.Next(least, most)).Select(_ => Letters[random.Next(26)])]);

    private static string Short(string text) => text.Length > 60 ? text[..60] : text;

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}
