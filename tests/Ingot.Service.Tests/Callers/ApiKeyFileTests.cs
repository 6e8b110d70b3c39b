using System.Text;
using Ingot.Errors;
using Ingot.Service.Callers;
using Ingot.Testing;

namespace Ingot.Service.Tests.Callers;

/// <summary>The keys that are valid, in their file.</summary>
public sealed class ApiKeyFileTests : IDisposable
{
    private readonly TemporaryFolder _home = new();

    private ApiKeyFile Keys => new(_home["home"], TimeProvider.System);

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task A_key_fits_what_is_kept_of_it_and_no_other_does()
    {
        (ApiKey first, string text) = await MakeAsync("first");
        (ApiKey second, string other) = await MakeAsync("second");

        ApiKey kept = Keys.Read()[0];

        Assert.Equal((first.Id, "first", ApiKeyText.Length), (kept.Id, kept.Name, text.Length));
        Assert.Equal((first.Id, second.Id), (ApiKeyText.IdOf(text), ApiKeyText.IdOf(other)));
        Assert.True(kept.Fits(text));
        Assert.False(kept.Fits(other));
        Assert.False(kept.Fits(text[..^1] + (text[^1] == 'A' ? 'B' : 'A')));
        Assert.False(kept.Fits(""));
        Assert.False(new ApiKey("", "", default).Fits(""));
    }

    [Fact]
    public async Task The_file_holds_no_key_and_only_this_user_reads_it()
    {
        (_, string text) = await MakeAsync("first");

        string file = await File.ReadAllTextAsync(Keys.Path);

        Assert.DoesNotContain(text[^43..], file, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), file, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Keys.Path));
        Assert.Equal(["keys.json", "keys.json.lock"], Directory.EnumerateFiles(_home["home"]).Select(path => Path.GetFileName(path)).Order());
    }

    [Fact]
    public async Task Limits_and_models_are_kept()
    {
        await Keys.CreateAsync(new ApiKey("", "some", default) { RequestsPerMinute = 3, TokensPerMinute = 4, Models = ["a", "b:1"] }, CancellationToken.None);

        ApiKey kept = Assert.Single(Keys.Read());

        Assert.Equal((3, 4), (kept.RequestsPerMinute, kept.TokensPerMinute));
        Assert.Equal(["a", "b:1"], kept.Models);
    }

    [Fact]
    public async Task A_revoked_keys_name_may_be_given_again_and_its_file_stays()
    {
        (ApiKey first, string text) = await MakeAsync("first");

        await Keys.RevokeAsync("FIRST", CancellationToken.None);
        Assert.Empty(Keys.Read());
        Assert.NotNull(Keys.Stamp());
        (ApiKey again, _) = await MakeAsync("first");
        await MakeAsync("second");
        await Keys.RevokeAsync(again.Id, CancellationToken.None);

        Assert.NotEqual(first.Id, again.Id);
        Assert.False(again.Fits(text));
        Assert.Equal("second", Assert.Single(Keys.Read()).Name);
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        await MakeAsync("first");

        Assert.Equal(ErrorCode.Conflict, await CodeAsync(() => MakeAsync("First")));
        Assert.Equal(ErrorCode.NotFound, await CodeAsync(() => Keys.RevokeAsync("second", CancellationToken.None)));
        foreach (string name in new[] { "", " ", "a b", "-a", "ä", "a/b", new string('a', 65), "a\n" })
            Assert.Equal((name, ErrorCode.InvalidValue), (name, await CodeAsync(() => MakeAsync(name))));
        Assert.Equal(ErrorCode.InvalidValue, await CodeAsync(() => Keys.CreateAsync(new ApiKey("", "a", default) { RequestsPerMinute = 0 }, CancellationToken.None)));
        Assert.Equal(ErrorCode.InvalidValue, await CodeAsync(() => Keys.CreateAsync(new ApiKey("", "a", default) { Models = [""] }, CancellationToken.None)));
    }

    [Fact]
    public async Task Keys_made_at_the_same_time_are_all_there()
    {
        await Task.WhenAll(Enumerable.Range(0, 12).Select(number => MakeAsync($"key{number}")));

        Assert.Equal(Enumerable.Range(0, 12).Select(number => $"key{number}").Order(), Keys.Read().Select(key => key.Name).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":1,"keys":[null]}""")]
    [InlineData("""{"version":1,"keys":[{"id":"0123456789abcdef","name":"a","createdAt":1,"salt":"AAAA","hash":"AAAA"}]}""")]
    [InlineData("""{"version":1,"keys":[],"keys":[]}""")]
    [InlineData("""{"version":1,"keys":[],"more":1}""")]
    public void A_file_of_another_form_is_refused_whole(string text)
    {
        Directory.CreateDirectory(_home["home"]);
        File.WriteAllText(Keys.Path, text);

        Assert.Equal(ErrorCode.InvalidValue, Assert.Throws<IngotException>(() => Keys.Read()).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ingot-")]
    [InlineData("ingot-0123456789abcdeg-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("ingot-0123456789abcdef-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u0001")]
    [InlineData("ingot-0123456789abcdef-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("INGOT-0123456789abcdef-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_key_names_no_id(string text) => Assert.Null(ApiKeyText.IdOf(text));

    [Theory]
    [InlineData("auto", "auto")]
    [InlineData("NONE", "none")]
    [InlineData("key", "key")]
    [InlineData("token", "token")]
    [InlineData("key,token", "key,token")]
    [InlineData("token, key", "key,token")]
    public void The_modes_are_read_as_they_are_written(string text, string written) => Assert.Equal(written, AuthMode.Read(text)?.ToString());

    [Theory]
    [InlineData("")]
    [InlineData("key,key")]
    [InlineData("key,none")]
    [InlineData("keys")]
    public void Other_words_are_none(string text) => Assert.Null(AuthMode.Read(text));

    private Task<(ApiKey Key, string Text)> MakeAsync(string name) => Keys.CreateAsync(new ApiKey("", name, default), CancellationToken.None);

    private static async Task<ErrorCode> CodeAsync(Func<Task> change) => (await Assert.ThrowsAsync<IngotException>(change)).Code;
}
