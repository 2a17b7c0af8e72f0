using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Berth.Conformance.Tests;

/// <summary>The unmodified aws command line, with every command it has for ECS.</summary>
public sealed partial class TheAwsCommandLine : IAsyncLifetime
{
    private ServerProcess server = null!;    // These are made before each test.
    private AwsSession aws = null!;
    private SignedCalls ecs = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ServerProcess.StartAsync();
        try
        {
            aws = await AwsSession.StartAsync(server.Endpoint, server.Root);
            ecs = new(server.Endpoint, server.Root, "us-east-1");
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        ecs.Dispose();
        await aws.DisposeAsync();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task Lives_through_an_account_with_every_command_and_waiter_it_has()
    {
        var story = new AwsStory(aws, ecs);
        await story.SettlesTheAccountAsync();
        await story.MakesClustersAsync();
        await story.KeepsContainerInstancesAsync();
        await story.RegistersTaskDefinitionsAsync();
        await using (var agent = await SimulatedAgent.ConnectAsync(ecs, "blue", AgentConduct.Obedient))
        {
            await story.RunsTasksAsync(agent.Arn);
            await story.DeploysServicesAsync();
            await story.DeploysTaskSetsAsync();
            await story.KeepsDaemonsAsync();
            await story.IsToldThatExpressGatewayServicesAreNotOfferedAsync();
            await story.RemovesEverythingAsync(agent.Arn);
        }

        aws.Commands.Except(aws.Called).ShouldBeEmpty("These commands were never called.");
    }

    [Fact]
    public async Task Sends_its_skeletons_and_is_understood()
    {
        var misunderstood = new List<string>();
        foreach (var command in aws.Commands)
        {
            var (_, skeleton, _) = await aws.TryAsync($"{command} --generate-cli-skeleton input");
            var input = Filled(skeleton);
            var (code, _, error) = await aws.TryAsync([command, "--cli-input-json", input]);
            if (code != 0 && !Refusal.IsMatch(error))
            {
                misunderstood.Add($"{command}: {error}\n{input}");
            }
        }

        misunderstood.ShouldBeEmpty();
    }

    /// <summary>A refusal in the API's own words, with a sentence; the command line's own complaints and the server's troubles look otherwise.</summary>
    [GeneratedRegex(@"An error occurred \((?!ServerException|SerializationException|UnknownOperationException)\w+Exception\) when calling the \w+ operation: .*[a-z].+")]
    private static partial Regex Refusal { get; }

    /// <summary>The skeleton with a word for every text that is empty, and one for every zero.</summary>
    private static string Filled(string skeleton)
    {
        var document = JsonNode.Parse(skeleton)!;    // A skeleton is an object.
        Fill(document);
        return document.ToJsonString();

        static void Fill(JsonNode node)
        {
            switch (node)
            {
                case JsonObject members:
                    foreach (var (name, value) in members.ToList())
                    {
                        members[name] = Of(value);
                    }

                    break;
                case JsonArray items:
                    for (var at = 0; at < items.Count; at++)
                    {
                        items[at] = Of(items[at]);
                    }

                    break;
            }

            static JsonNode? Of(JsonNode? value)
            {
                switch (value?.GetValueKind())
                {
                    case JsonValueKind.String when value.GetValue<string>().Length == 0:
                        return "word";
                    case JsonValueKind.Number:
                        return 1;
                    case JsonValueKind.Object or JsonValueKind.Array:
                        Fill(value);
                        return value.DeepClone();
                    default:
                        return value?.DeepClone();
                }
            }
        }
    }
}
