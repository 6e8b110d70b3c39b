using System.Text.RegularExpressions;
using Ingot.Server.OpenApi;
using Ingot.Service;
using Microsoft.AspNetCore.Routing;

namespace Ingot.Server.Tests.Callers;

/// <summary>What was computed for one caller is not found by another, on any route that answers by a model.</summary>
public sealed class CacheScopeTests
{
    public static TheoryData<string, string> Routes => new()
    {
        { "/v1/chat/completions", Chat("") },
        { "/openai/v1/chat/completions", Chat("""
            "stream": true, "stream_options": {"include_usage": true},
            """) },
        { "/v1/chat/completions", Chat("""
            "n": 2, "user": "me",
            """) },
        { "/v1/completions", """{"model": "tiny", "prompt": "Once upon a time"}""" },
        { "/openai/v1/completions", """{"model": "tiny", "prompt": "Once upon a time", "stream": true, "stream_options": {"include_usage": true}}""" },
        { "/v1/responses", """{"model": "tiny", "input": "Once upon a time", "prompt_cache_key": "ours"}""" },
        { "/openai/v1/responses", """{"model": "tiny", "input": "Once upon a time", "stream": true}""" },
        { "/v1/responses", """{"model": "tiny", "input": "Once upon a time", "stream": true, "background": true}""" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_prompt_is_found_by_who_has_asked_it_before(string path, string json)
    {
        (GuardedService service, string mine) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;
        string theirs = await service.MakeKeyAsync("second");

        (int first, string answer) = await AskAsync(service, path, mine, json);
        (int other, string same) = await AskAsync(service, path, theirs, json);
        (int again, _) = await AskAsync(service, path, mine, json);
        (int otherAgain, _) = await AskAsync(service, path, theirs, json);

        Assert.Equal((first, true), (other, again > first));
        Assert.Equal(again, otherAgain);
        Assert.Contains(Texts(answer), text => text.Contains("Hello", StringComparison.Ordinal) || text == "H");
        Assert.Equal(Texts(answer), Texts(same));
    }

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task Where_the_options_say_so_it_is_found_by_all(string path, string json)
    {
        (GuardedService service, string mine) = await GuardedService.WithKeyAsync(new IngotOptions { SharedPrefixCache = true });
        await using GuardedService disposed = service;
        string theirs = await service.MakeKeyAsync("second");

        (int first, _) = await AskAsync(service, path, mine, json);
        (int other, _) = await AskAsync(service, path, theirs, json);

        Assert.True(other > first, $"{other} tokens were found, {first} the first time.");
    }

    [Fact]
    public async Task Every_route_that_has_a_model_say_something_is_among_these()
    {
        (GuardedService service, _) = await GuardedService.WithKeyAsync();
        await using GuardedService disposed = service;
        HashSet<string> asked = [.. Routes.Select(row => Unprefixed(row.Data.Item1))];

        string[] saying = [.. service.Server.Routes.Where(route => route.Metadata.GetMetadata<WireOperation>() is { Event: not null } operation && operation.Needed.Contains("model")).Select(PathOf).Distinct()];

        Assert.Equal(6, saying.Length);
        Assert.All(saying, path => Assert.Contains(Unprefixed(path), asked));

        static string PathOf(RouteEndpoint route) => $"/{route.RoutePattern.RawText!.TrimStart('/')}";
        static string Unprefixed(string path) => path[(path.IndexOf("/v1/", StringComparison.Ordinal) + 3)..];
    }

    [Fact]
    public async Task Subjects_of_tokens_are_told_apart_and_a_renewed_token_is_the_same_callers()
    {
        await using IdentityProvider provider = await IdentityProvider.StartAsync();
        await using var service = new GuardedService();
        string key = await service.MakeKeyAsync("first");
        await service.StartAsync(new IngotOptions { TokenIssuer = provider.Issuer });
        string mine = provider.Sign(provider.Claims(service.Time)), theirs = provider.Sign(provider.Claims(service.Time, "somebody else"));
        service.Time.Advance(TimeSpan.FromSeconds(5));
        string renewed = provider.Sign(provider.Claims(service.Time));
        Assert.NotEqual(mine, renewed);

        List<bool> found = [];
        foreach (string credential in new[] { mine, theirs, key, renewed, theirs, key })
            found.Add((await AskAsync(service, "/v1/chat/completions", credential, Chat(""))).Cached > 0);

        Assert.Equal([false, false, false, true, true, true], found);
    }

    [Fact]
    public async Task Where_nobody_is_told_apart_all_share()
    {
        await using var service = new GuardedService();
        await service.StartAsync();

        (int first, _) = await AskAsync(service, "/v1/chat/completions", null, Chat(""));
        (int second, _) = await AskAsync(service, "/v1/chat/completions", null, Chat(""));

        Assert.Equal((0, true), (first, second > 0));
    }

    private static string Chat(string fields) => $$"""{"model": "tiny", {{fields}} "messages": [{"role": "user", "content": "Once upon a time"}]}""";

    private static async Task<(int Cached, string Text)> AskAsync(GuardedService service, string path, string? key, string json)
    {
        using HttpResponseMessage response = await service.SendAsync(HttpMethod.Post, path, key, json);
        string text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return (int.Parse(Regex.Matches(text, "\"cached_tokens\": ?([0-9]+)")[^1].Groups[1].Value, null), text);
    }

    private static IEnumerable<string> Texts(string answer) => Regex.Matches(answer, "\"(?:text|content|delta)\": ?\"([^\"]*)\"").Select(match => match.Groups[1].Value);
}
