using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json;
using Ingot.Testing;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace Ingot.Server.Tests.Edge;

/// <summary>
/// What Azure's guides show for the cloud works here with address, model and credential changed: in C#, JavaScript and by curl, over HTTPS.
/// </summary>
public sealed class SnippetTests
{
    [Fact]
    public async Task CSharp_with_a_key_and_with_a_bearer_token()
    {
        await using SecureService secure = await SecureService.StartAsync(Answer);
        var credential = new TestCredential(secure.Token);

        OpenAIClient client = new(
            new ApiKeyCredential(secure.Key),
            new OpenAIClientOptions()
            {
                Endpoint = new($"{secure.Url}/openai/v1/"),
                Transport = new HttpClientPipelineTransport(secure.Client),
            });
        ResponseResult response = await client.GetResponsesClient().CreateResponseAsync("tiny", "This is a test.");

        BearerTokenPolicy tokenPolicy = new(
            credential,
            "https://cognitiveservices.azure.com/.default");

        ChatClient chat = new(
            model: "tiny", // Replace with your model deployment name.
            authenticationPolicy: tokenPolicy,
            options: new OpenAIClientOptions()
            {
                Endpoint = new Uri($"{secure.Url}/openai/v1"),
                Transport = new HttpClientPipelineTransport(secure.Client),
            });

        ChatCompletion completion = chat.CompleteChat("Tell me about the attention is all you need paper");

        Assert.Equal(("Tested.", "Attention."), (response.GetOutputText(), completion.Content[0].Text));
        Assert.Equal(["https://cognitiveservices.azure.com/.default"], credential.Scopes);
    }

    [Fact]
    public async Task The_bearer_policy_itself_refuses_to_send_a_token_in_the_clear()
    {
        await using TestService service = await TestService.SayingAsync("Yes");
        ChatClient client = new(
            model: "tiny",
            authenticationPolicy: new BearerTokenPolicy(new TestCredential("a-token"), "scope"),
            options: new OpenAIClientOptions { Endpoint = new Uri($"{service.Url}/v1") });

        Assert.Throws<InvalidOperationException>(() => client.CompleteChat("Hi"));
    }

    [Fact]
    public async Task JavaScript_with_a_key_with_the_environment_and_with_a_bearer_token()
    {
        string folder = RepositoryFiles.PathOf("tests", "clients");
        Assert.SkipUnless(ProgramRun.Exists("node"), "Node.js is not installed.");
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "node_modules", "openai")), "The client is not installed: npm ci --prefix tests/clients");
        await using SecureService secure = await SecureService.StartAsync(Answer);

        ProgramRun run = await ProgramRun.RunAsync(
            "node",
            [Path.Combine(folder, "snippets.mjs"), secure.Url, "tiny", secure.Key, secure.Token],
            environment: new Dictionary<string, string>
            {
                ["NODE_EXTRA_CA_CERTS"] = secure.CertificatePath,
                ["OPENAI_BASE_URL"] = $"{secure.Url}/openai/v1/",
                ["OPENAI_API_KEY"] = secure.Key,
            });

        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement seen = JsonDocument.Parse(run.Output).RootElement;
        Assert.All(["key", "environment", "token"], way => Assert.Equal("Tested.", seen.GetProperty(way).GetString()));
        Assert.Equal("Attention.", seen.GetProperty("chat").GetString());
        Assert.Equal("https://cognitiveservices.azure.com/.default", seen.GetProperty("scope").GetString());
    }

    [Fact]
    public async Task Without_the_right_credential_none_of_it_is_answered()
    {
        await using SecureService secure = await SecureService.StartAsync(Answer);
        ChatClient chat = new(
            model: "tiny",
            authenticationPolicy: new BearerTokenPolicy(new TestCredential(secure.Token + "x"), "scope"),
            options: new OpenAIClientOptions { Endpoint = new Uri($"{secure.Url}/openai/v1"), Transport = new HttpClientPipelineTransport(secure.Client) });

        Assert.Equal(401, Assert.Throws<ClientResultException>(() => chat.CompleteChat("Hi")).Status);
    }

    public static TheoryData<string, string> Commands => new()
    {
        {
            """
            curl -X POST https://YOUR-RESOURCE-NAME.openai.azure.com/openai/v1/responses \
              -H "Content-Type: application/json" \
              -H "api-key: $AZURE_OPENAI_API_KEY" \
              -d '{
                 "model": "gpt-4.1-nano",
                 "input": "This is a test"
                }'
            """,
            "Tested."
        },
        {
            """
            curl -X POST https://YOUR-RESOURCE-NAME.openai.azure.com/openai/v1/responses \
              -H "Content-Type: application/json" \
              -H "Authorization: Bearer $AZURE_OPENAI_AUTH_TOKEN" \
              -d '{
                 "model": "gpt-4o",
                 "input": "This is a test"
                }'
            """,
            "Tested."
        },
        {
            """
            curl -X POST https://YOUR-RESOURCE-NAME.openai.azure.com/openai/v1/chat/completions \
              -H "Content-Type: application/json" \
              -H "Authorization: Bearer $AZURE_OPENAI_AUTH_TOKEN" \
              -d '{
                  "model": "grok-3-mini",
                  "messages": [
                  {
                    "role": "developer",
                    "content": "You are a helpful assistant."
                  },
                  {
                    "role": "user",
                    "content": "Explain what the bitter lesson is?"
                  }
                ]
              }'
            """,
            "Search and learning."
        },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_command_line_of_curl(string command, string answer)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The command is for a Unix shell.");
        Assert.SkipUnless(ProgramRun.Exists("curl"), "curl is not installed.");
        await using SecureService secure = await SecureService.StartAsync(Answer);
        string own = command.Replace("https://YOUR-RESOURCE-NAME.openai.azure.com", secure.Url, StringComparison.Ordinal);
        foreach (string model in new[] { "gpt-4.1-nano", "gpt-4o", "grok-3-mini" })
            own = own.Replace(model, "tiny", StringComparison.Ordinal);

        ProgramRun run = await ProgramRun.RunAsync("sh", ["-c", own], environment: new Dictionary<string, string>
        {
            ["CURL_CA_BUNDLE"] = secure.CertificatePath,
            ["AZURE_OPENAI_API_KEY"] = secure.Key,
            ["AZURE_OPENAI_AUTH_TOKEN"] = secure.Token,
        });

        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement body = JsonDocument.Parse(run.Output).RootElement;
        string? text = body.GetProperty("object").GetString() == "response"
            ? body.GetProperty("output")[0].GetProperty("content")[0].GetProperty("text").GetString()
            : body.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();
        Assert.Equal(answer, text);
    }

    private static string Answer(string prompt) =>
        prompt.Contains("attention is all you need", StringComparison.Ordinal) ? "Attention."
        : prompt.Contains("bitter lesson", StringComparison.Ordinal) ? "Search and learning."
        : "Tested.";

    /// <summary>Gives one token, and remembers what for.</summary>
    private sealed class TestCredential(string token) : AuthenticationTokenProvider
    {
        public List<string> Scopes { get; } = [];

        public override GetTokenOptions? CreateTokenOptions(IReadOnlyDictionary<string, object> properties) => new(properties);

        public override AuthenticationToken GetToken(GetTokenOptions options, CancellationToken cancellationToken)
        {
            Scopes.AddRange(((ReadOnlyMemory<string>)options.Properties[GetTokenOptions.ScopesPropertyName]).ToArray());
            return new AuthenticationToken(token, "Bearer", TimeProvider.System.GetUtcNow().AddHours(1));
        }

        public override ValueTask<AuthenticationToken> GetTokenAsync(GetTokenOptions options, CancellationToken cancellationToken) =>
            new(GetToken(options, cancellationToken));
    }
}
