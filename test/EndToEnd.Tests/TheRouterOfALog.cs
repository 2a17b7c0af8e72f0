using System.Text.Json.Nodes;

namespace Berth.EndToEnd.Tests;

/// <summary>
/// FireLens by the aws CLI: from the definition, by way of Docker's own driver and a log router, to where the router sends.
/// The router is a program of the tests in the machine's own Python, which reads its configuration as Fluent Bit does.
/// </summary>
public sealed class TheRouterOfALog(TheRouterOfALog.AnInstallation berth) : IClassFixture<TheRouterOfALog.AnInstallation>
{
    private const string Python = "/usr/bin/python3";

    public sealed class AnInstallation() : Installation("--no-sample");

    [Fact]
    public async Task Is_given_every_line_with_its_origin_whatever_becomes_of_the_agent()
    {
        berth.Require();
        Assert.SkipUnless(File.Exists(Python), $"This needs {Python}.");
        var image = await berth.WebImageAsync();
        var family = berth.Named("routed");
        await berth.RunAsync("""
            aws logs create-log-group --log-group-name /router
            aws ssm put-parameter --name /router/key --type SecureString --value swordfish >/dev/null
            aws s3 mb s3://routers >/dev/null
            printf '[FILTER]\n    Name grep\n    Match app-firelens*\n    Exclude log noise\n' > /tmp/$$.conf
            aws s3 cp /tmp/$$.conf s3://routers/extra.conf >/dev/null; rm /tmp/$$.conf
            """);

        // 1. What cannot be is refused, and what is needed is known.
        (await berth.RefusedAsync($"aws ecs register-task-definition --cli-input-json '{Definition(family, image, "s3", "extra.conf")}'")).ShouldContain("ClientException");
        var registered = (await berth.RunAsync($"aws ecs register-task-definition --cli-input-json '{Definition(family, image, "s3", "arn:aws:s3:::routers/extra.conf")}' --query taskDefinition.requiresAttributes[].name")).Split('\t');
        new[] { "com.amazonaws.ecs.capability.logging-driver.awsfirelens", "ecs.capability.firelens.fluentbit", "ecs.capability.firelens.options.config.s3", "ecs.capability.logging-driver.awsfirelens.log-driver-buffer-limit" }
            .ShouldBeSubsetOf(registered);

        // 2. Lines arrive, and say where they are from.
        var arn = await berth.RunAsync($"aws ecs run-task --task-definition {family} --query tasks[0].taskArn");
        var id = arn.Split('/')[^1];
        var first = (await RecordsAsync(id, records => records.Count > 1))[0];
        first["tag"]!.GetValue<string>().ShouldBe($"app-firelens-{id}");
        first["options"]!.ToJsonString().ShouldBe("""{"token":"swordfish"}""");
        var record = first["record"]!;
        (record["log"]!.GetValue<string>(), record["source"]!.GetValue<string>(), record["ecs_cluster"]!.GetValue<string>(), record["ecs_task_arn"]!.GetValue<string>(), record["ecs_task_definition"]!.GetValue<string>())
            .ShouldBe(("tick 0", "stdout", "default", arn, $"{family}:1"));
        record["ec2_instance_id"]!.GetValue<string>().ShouldStartWith("i-");

        // 3. The agent is killed, and they go on arriving.
        await berth.KillAndAwaitAnotherAsync("agent-1");
        var before = (await RecordsAsync(id, _ => true)).Count;
        await RecordsAsync(id, records => records.Count > before + 3);

        // 4. The last line is not lost, for the router stops after it.
        await berth.RunAsync($"aws ecs stop-task --task {arn}");
        var lines = (await RecordsAsync(id, records => records.Exists(line => Log(line) == "the last"))).ConvertAll(Log);
        lines.ShouldBe([.. Enumerable.Range(0, lines.Count - 1).Select(number => $"tick {number}"), "the last"]);
        await berth.RunAsync($"aws ecs wait tasks-stopped --tasks {arn}");
        (await berth.RunAsync($"aws ecs describe-tasks --tasks {arn} --query 'tasks[0].containers[].[name,exitCode]'")).Split('\n').ShouldBe(["log_router\t0", "app\t0"], ignoreOrder: true);
    }

    private static string Log(JsonNode line) => line["record"]!["log"]!.GetValue<string>();

    /// <summary>What has come out of the router, once it is as wanted.</summary>
    private async Task<List<JsonNode>> RecordsAsync(string task, Predicate<List<JsonNode>> wanted)
    {
        var said = await berth.UntilAsync($"aws logs get-log-events --start-from-head --log-group-name /router --log-stream-name r/log_router/{task} --query events[].message || true", text => wanted(Read(text)));
        return Read(said);
    }

    private static List<JsonNode> Read(string said) => [.. said.Split('\t').Where(line => line.StartsWith("{\"output", StringComparison.Ordinal)).Select(line => JsonNode.Parse(line)!)];

    private string Definition(string family, string image, string type, string value) => $$"""
        {
          "family": "{{family}}",
          "networkMode": "bridge",
          "executionRoleArn": "arn:aws:iam::{{berth.Account}}:role/execution",
          "containerDefinitions": [
            {
              "name": "log_router",
              "image": "{{image}}",
              "memory": 64,
              "stopTimeout": 5,
              "entryPoint": ["{{Python}}", "-u", "/router/router.py"],
              "command": ["/fluent-bit/etc/fluent-bit.conf"],
              "firelensConfiguration": { "type": "fluentbit", "options": { "config-file-type": "{{type}}", "config-file-value": "{{value}}" } },
              "mountPoints": [
                { "sourceVolume": "usr", "containerPath": "/usr", "readOnly": true },
                { "sourceVolume": "lib", "containerPath": "/lib", "readOnly": true },
                { "sourceVolume": "lib64", "containerPath": "/lib64", "readOnly": true },
                { "sourceVolume": "router", "containerPath": "/router", "readOnly": true }
              ],
              "logConfiguration": { "logDriver": "awslogs", "options": { "awslogs-group": "/router", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "r" } }
            },
            {
              "name": "app",
              "image": "{{image}}",
              "memory": 32,
              "stopTimeout": 5,
              "entryPoint": ["/bin/busybox", "sh", "-c"],
              "command": ["trap \"echo the last; /bin/busybox sleep 0.3; exit 0\" TERM; n=0; while true; do echo tick $n; echo noise; n=$((n+1)); /bin/busybox sleep 0.2; done"],
              "logConfiguration": {
                "logDriver": "awsfirelens",
                "options": { "Name": "stdout", "log-driver-buffer-limit": "4096" },
                "secretOptions": [{ "name": "token", "valueFrom": "/router/key" }]
              }
            }
          ],
          "volumes": [
            { "name": "usr", "host": { "sourcePath": "/usr" } },
            { "name": "lib", "host": { "sourcePath": "/usr/lib" } },
            { "name": "lib64", "host": { "sourcePath": "/usr/lib64" } },
            { "name": "router", "host": { "sourcePath": "{{Path.Combine(AppContext.BaseDirectory, "Firelens")}}" } }
          ]
        }
        """;
}
