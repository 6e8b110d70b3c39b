using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Ingot.OnnxRuntime;
using Ingot.Testing;
using Ingot.Testing.OnnxModels;

namespace Ingot.Cli.Tests;

/// <summary>An encoder that Ingot's own executor does not run, from its import to its vectors: with ONNX Runtime, and when that has been taken away.</summary>
public sealed class EncoderTests : IDisposable
{
    private const string Name = "plain-encoder";
    private const string Shipped = "ingot-tiny-embed";
    private static readonly string[] Texts = ["Where do penguins live?", "Why is the sky blue, and when is it red?", "Penguins live in the south."];

    private readonly Foundry _foundry = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task An_encoder_our_own_executor_refuses_is_imported_described_and_embeds_until_the_library_is_gone()
    {
        Assert.SkipWhen(NativeRuntime.Library is null, NativeRuntime.Search.Reason);
        string library = CopyLibrary(NativeRuntime.Library!.Path);
        _foundry.Variables[OnnxRuntimeSearch.Variable] = library;
        Assert.Equal(0, (await _foundry.RunAsync("cache", "import", Write(), "--name", Name)).ExitCode);

        JsonElement listed = Assert.Single((await JsonAsync("model", "list", "--cached", "--filter", $"alias={Name}")).EnumerateArray());
        ProgramRun info = await _foundry.RunAsync("model", "info", Name);
        (JsonElement here, JsonElement loaded) = await WithServiceAsync(async client =>
            (await VectorsAsync(client, Name), Assert.Single((await JsonAsync("service", "ps")).EnumerateArray())));

        Assert.Equal(($"{Name}:0", "embeddings", true), (listed.GetProperty("id").GetString(), listed.GetProperty("task").GetString(), listed.GetProperty("isRunnable").GetBoolean()));
        Assert.Contains("onnxruntime on cpu: Ingot's own executor does not run it:", info.Output, StringComparison.Ordinal);
        Assert.Contains("node '/", info.Output, StringComparison.Ordinal);
        Assert.Equal("onnxruntime", loaded.GetProperty("runner").GetString());
        float[][] vectors = [.. here.GetProperty("data").EnumerateArray().Select(item => item.GetProperty("embedding").Deserialize<float[]>()!)];
        Assert.Equal(Texts.Length, vectors.Length);
        Assert.All(vectors, vector => Assert.Equal(1, vector.Sum(number => (double)number * number), 1e-4));
        Assert.NotEqual(vectors[0], vectors[1]);

        File.Delete(library);

        ProgramRun without = await _foundry.RunAsync("model", "info", Name);
        ProgramRun chat = await _foundry.RunAsync("model", "run", ShippedModel.Name, "Hello", "--max-tokens", "3");
        ProgramRun list = await _foundry.RunAsync("ep", "list");
        (HttpStatusCode status, string refusal, JsonElement other) = await WithServiceAsync(async client =>
        {
            using HttpResponseMessage refused = await AskAsync(client, Name);
            string message = JsonDocument.Parse(await refused.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetProperty("message").GetString()!;
            return (refused.StatusCode, message, await VectorsAsync(client, Shipped));
        });

        Assert.Contains("none here: Ingot's own executor does not run it:", without.Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, status);
        Assert.Contains("node '/", refusal, StringComparison.Ordinal);
        Assert.EndsWith($"{OnnxRuntimeSearch.Variable} names '{library}', where there is no ONNX Runtime library.", refusal, StringComparison.Ordinal);
        Assert.Equal(Texts.Length, other.GetProperty("data").GetArrayLength());
        Assert.Equal((0, 0), (chat.ExitCode, list.ExitCode));
        Assert.NotEmpty(chat.Output.Trim());
    }

    public void Dispose()
    {
        _foundry.Dispose();
        _folder.Dispose();
    }

    private string CopyLibrary(string path)
    {
        string copy = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.Path, "library")).FullName, Path.GetFileName(path));
        File.Copy(path, copy);
        return copy;
    }

    // Attention and the mask written out, types of tokens as an input: what an exporter makes of a checkpoint that nothing fused.
    private string Write()
    {
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "export")).FullName;
        new TestPlainEncoder { Vocabulary = 6144 }.Write(folder);
        foreach (string name in new[] { "tokenizer.json", "tokenizer_config.json" })
            File.Copy(RepositoryFiles.PathOf("models", Shipped, name), Path.Combine(folder, name));
        return folder;
    }

    private async Task<T> WithServiceAsync<T>(Func<HttpClient, Task<T>> ask)
    {
        ProgramRun start = await _foundry.RunAsync("service", "start", "--port", "0");
        Assert.True(start.ExitCode == 0, start.Error);
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri((await JsonAsync("service", "status")).GetProperty("endpoint").GetString()!) };
            return await ask(client);
        }
        finally
        {
            await _foundry.RunAsync("service", "stop");
        }
    }

    private static Task<HttpResponseMessage> AskAsync(HttpClient client, string model) =>
        client.PostAsJsonAsync("/v1/embeddings", new { model, input = Texts });

    private static async Task<JsonElement> VectorsAsync(HttpClient client, string model)
    {
        using HttpResponseMessage answer = await AskAsync(client, model);
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        return JsonDocument.Parse(body).RootElement;
    }

    private async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        ProgramRun run = await _foundry.RunAsync([.. arguments, "-o", "json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonDocument.Parse(run.Output).RootElement;
    }
}
