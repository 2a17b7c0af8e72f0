using System.Globalization;
using System.Net;
using Berth.Clients;

namespace Berth.Conformance.Tests;

/// <summary>
/// Goal: whatever a client sends, it gets an answer in the API's words; a refusal changes nothing; the server lives on and
/// does not grow. Method: requests made from the model and then made worse, at every operation of a server that is a
/// process of its own. Each lane has its regions to itself and asks one thing at a time, so that what the journal holds
/// before and after an answer is all that the call has done.
/// </summary>
/// <remarks>
/// The environment may set <c>BERTH_FUZZ_SEED</c> and <c>BERTH_FUZZ_REQUESTS</c>; a seed makes the same requests again, but
/// for the ids that the server gives.
/// </remarks>
public sealed class TheApiUnderFuzz
{
    private const string Account = "000000000000";
    private const int Lanes = 3, RequestsAWorld = 150;

    /// <summary>Operations that Berth refuses whatever the request, or for lack of something that is not in the world; and why.</summary>
    private static readonly Dictionary<string, string> AlwaysRefused = new(StringComparer.Ordinal)
    {
        ["ContinueServiceDeployment"] = "No rollout stands at a hook.",
        ["CreateExpressGatewayService"] = "Express Gateway services are not offered.",
        ["DeleteExpressGatewayService"] = "Express Gateway services are not offered.",
        ["DescribeExpressGatewayService"] = "Express Gateway services are not offered.",
        ["ExecuteCommand"] = "No agent runs the ExecuteCommandAgent.",
        ["ListServicesByNamespace"] = "No service is in a namespace.",
        ["UpdateContainerAgent"] = "There is never an update.",
        ["UpdateExpressGatewayService"] = "Express Gateway services are not offered.",
    };

    private static readonly int Seed = Setting("BERTH_FUZZ_SEED", 1), Requests = Setting("BERTH_FUZZ_REQUESTS", 5200);

    [Fact]
    public async Task Answers_whatever_it_is_asked_and_a_refusal_changes_nothing()
    {
        var model = OfficialModel.Require();
        Assert.SkipUnless(model.HasEnumerations, $"The form of the model {model.Path} is too poor to make requests from.");
        await using var server = await ServerProcess.StartAsync();
        var findings = new FuzzFindings();

        // Whatever chance makes of the rest, each operation has been seen to work.
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => InOrderAsync(server, model, lane, findings))));
        await FuzzAsync(server, model, worlds: "warm", requests: Requests / 4, findings);
        var warm = server.ResidentMiB();
        await FuzzAsync(server, model, worlds: "hot", requests: Requests - (Requests / 4), findings);
        var hot = server.ResidentMiB();

        TestContext.Current.TestOutputHelper?.WriteLine(findings.Summary());
        findings.Breaches.ShouldBe(0, $"Seed {Seed}: {findings}\n\nThe server's log:\n{server.Log}");
        server.IsAlive.ShouldBeTrue(server.Log);
        hot.ShouldBeLessThan((1.5 * warm) + 64, $"The server had {warm:F0} MiB after {Requests / 4} requests and {hot:F0} MiB after {Requests}.");
        using var calls = new SignedCalls(server.Endpoint, server.Root, "us-east-1");
        await using var ordinary = await FuzzWorld.CreateAsync(calls);
    }

    private static async Task FuzzAsync(ServerProcess server, OfficialModel model, string worlds, int requests, FuzzFindings findings) =>
        await Task.WhenAll(Enumerable.Range(0, Lanes).Select(lane => Task.Run(() => LaneAsync(server, model, $"{worlds}-{lane}", requests / Lanes, findings))));

    private static async Task InOrderAsync(ServerProcess server, OfficialModel model, int lane, FuzzFindings findings)
    {
        using var positions = new JournalPositions(server.DataDirectory);
        var service = new FuzzedService(model);
        foreach (var (at, operation) in model.Operations.Except(AlwaysRefused.Keys).Index().Where(entry => entry.Index % Lanes == lane))
        {
            using var calls = new SignedCalls(server.Endpoint, server.Root, string.Create(CultureInfo.InvariantCulture, $"ordinary-{at}"));
            await using var world = await FuzzWorld.CreateAsync(calls);
            var draft = world.InOrder(operation);
            draft.ShouldNotBeNull($"The world has no request in order of {operation}.");
            var answer = await JudgeAsync(model, calls, positions, new(operation, service.Target(operation), service.ContentType, service.Body(operation, draft), []), findings, $"In order, {calls.Region}");
            answer?.Status.ShouldBe(HttpStatusCode.OK, $"{operation} {draft}: {answer.Text}");
        }
    }

    private static async Task<RawAnswer?> JudgeAsync(OfficialModel model, SignedCalls calls, JournalPositions positions, FuzzedRequest request, FuzzFindings findings, string where)
    {
        var before = positions.Read(Account, calls.Region);
        var answer = await AskAsync(calls, request);
        var after = positions.Read(Account, calls.Region);
        var broken = answer is null
            ? ["There is no answer, or none in time."]
            : FuzzLaws.Broken(model, request, answer, positions.Between(before, after)).ToList();
        findings.Add(request, answer, broken, where);
        return answer;
    }

    private static async Task LaneAsync(ServerProcess server, OfficialModel model, string lane, int requests, FuzzFindings findings)
    {
        using var positions = new JournalPositions(server.DataDirectory);
        var operations = model.Operations.ToArray();
        var random = new Random(HashCode(lane) + Seed);
        for (var (made, worlds) = (0, 0); made < requests; worlds++)
        {
            using var calls = new SignedCalls(server.Endpoint, server.Root, string.Create(CultureInfo.InvariantCulture, $"{lane}-{worlds}"));
            await using var world = await FuzzWorld.CreateAsync(calls);
            var fuzzer = new Fuzzer(model, new(model), world.Names, random);
            for (var asked = 0; asked < RequestsAWorld && made < requests; asked++, made++)
            {
                if (made % operations.Length == 0)
                {
                    random.Shuffle(operations);    // All of them get the same number of requests, at different times of a world's life.
                }

                await JudgeAsync(model, calls, positions, fuzzer.Make(operations[made % operations.Length]), findings, string.Create(CultureInfo.InvariantCulture, $"Request {made} of {calls.Region}"));
            }
        }
    }

    /// <summary>The answer; null where there is none, or none in time.</summary>
    internal static async Task<RawAnswer?> AskAsync(SignedCalls calls, FuzzedRequest request)
    {
        try
        {
            return await calls.SendAsync(request.Target, request.ContentType, request.Body);
        }
        catch (Exception broken) when (broken is HttpRequestException or TaskCanceledException && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>The same in every process, unlike a string's own.</summary>
    private static int HashCode(string text) => text.Aggregate(17, (sum, character) => unchecked((sum * 31) + character));

    /// <summary>A number of the environment.</summary>
    internal static int Setting(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
