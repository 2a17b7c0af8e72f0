using System.Globalization;
using Berth.Clients;

namespace Berth.EndToEnd.Tests;

/// <summary>Sessions of ExecuteCommand in a running task's container: with the aws CLI and its plugin, and with <c>berth exec</c>.</summary>
/// <remarks>
/// Where the real session-manager-plugin is not installed, <c>Exec/plugin.py</c> stands in for it, which has its messages and
/// frames from the protocol and not from Berth.
/// </remarks>
public sealed class ARemoteShell(ARemoteShell.WithATask berth) : IClassFixture<ARemoteShell.WithATask>
{
    private const string Marker = "86399";     // How long a command sleeps that must not outlive its session.
    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "Exec");

    public sealed class WithATask() : Installation("--no-sample")
    {
        private string? task;

        /// <summary>A running task with a shell in its container <c>app</c>, and one beside that has ended no session.</summary>
        internal async Task<string> TaskAsync()
        {
            Require();
            Assert.SkipWhen((await TryAsync("command -v python3")).ExitCode != 0, "This needs python3.");
            if (task is not null)
            {
                return task;
            }

            var image = await WebImageAsync();
            await RunAsync($$"""
                aws ecs register-task-definition --family {{Named("shell")}} --task-role-arn arn:aws:iam::{{Account}}:role/shell --container-definitions '[
                  {"name":"app","image":"{{image}}","memory":48,"stopTimeout":1,"command":["/bin/busybox","sleep","86400"]},
                  {"name":"side","image":"{{image}}","memory":16,"stopTimeout":1,"command":["/bin/busybox","sleep","86400"],
                   "logConfiguration":{"logDriver":"awslogs","options":{"awslogs-group":"side","awslogs-region":"us-east-1","awslogs-stream-prefix":"s"} } }]'
                aws logs create-log-group --log-group-name side
                """);
            return task = await RunTaskAsync();
        }

        internal async Task<string> RunTaskAsync()
        {
            var arn = await RunAsync($"aws ecs run-task --task-definition {Named("shell")} --enable-execute-command --query tasks[0].taskArn");
            await IsReadyAsync(arn, "RUNNING\tRUNNING");
            return arn;
        }

        internal Task IsReadyAsync(string task, string agents = "RUNNING") =>
            UntilAsync($"aws ecs describe-tasks --tasks {task} --query 'tasks[0].containers[].managedAgents[].lastStatus'", said => said == agents);

        /// <summary>A command of <c>berth exec</c>, the task's first container unless another is named.</summary>
        internal string Exec(string task, string command, string container = "app") => $"dotnet '{Product.Program}' --data '{Data}' exec {task} --container {container} -- {command}";
    }

    [Fact]
    public async Task Runs_commands_with_their_output_errors_input_and_exit_code()
    {
        var task = await berth.TaskAsync();

        var answer = await berth.TryAsync(berth.Exec(task, "/bin/busybox sh -c 'echo out; echo \"it'\\''s an error\" >&2; exit 7'"));
        (answer.ExitCode, answer.Output, answer.Errors).ShouldBe((7, "out", "it's an error"));
        (await berth.RunAsync($"echo 'echo $((6 * 7))' | {berth.Exec(task.Split('/')[^1], "/bin/busybox sh", "side")}")).ShouldBe("42");

        var unknown = await berth.TryAsync(berth.Exec(task, "/bin/nothing"));
        unknown.ExitCode.ShouldBe(126);
        unknown.Output.ShouldContain("no such file or directory");
        (await berth.TryAsync(berth.Exec(task, "/bin/busybox true", "nobody"))).Errors.ShouldContain("The container name is not valid");
        (await berth.TryAsync(berth.Exec("nobody", "/bin/busybox true"))).Errors.ShouldContain("nobody");
    }

    [Fact]
    public async Task Carries_a_megabyte_intact_both_ways_at_once()
    {
        var task = await berth.TaskAsync();

        var sums = (await berth.RunAsync($"""
            file=$(mktemp); trap 'rm -f $file' EXIT
            head -c 1048576 /dev/urandom > $file
            sha256sum < $file
            {berth.Exec(task, "/bin/busybox cat")} < $file | sha256sum
            """)).Split('\n');

        sums[1].ShouldBe(sums[0]);
    }

    [Fact]
    public async Task Is_a_terminal_for_a_person_with_berth_exec()
    {
        var task = await berth.TaskAsync();

        ShouldBeATerminal(await InATerminalAsync(berth.Exec(task, "/bin/busybox sh"), "exit 5"), "exit 5");
    }

    [Fact]
    public async Task Is_a_terminal_for_a_person_with_the_aws_cli()
    {
        var task = await berth.TaskAsync();

        ShouldBeATerminal(await InATerminalAsync(Cli(task), "exit"), "Exiting session with sessionId: ecs-execute-command-");
    }

    [Fact]
    public async Task Is_a_terminal_for_a_person_with_the_real_plugin()
    {
        berth.Require();
        Assert.SkipWhen(
            (await berth.TryAsync("command -v session-manager-plugin")).ExitCode != 0,
            "This needs session-manager-plugin, which no package registry has: see the AWS CLI's documentation for its installation.");
        var task = await berth.TaskAsync();

        ShouldBeATerminal(
            await InATerminalAsync($"aws ecs execute-command --task {task} --container app --interactive --command '/bin/busybox sh'", "exit"),
            "Exiting session with sessionId: ecs-execute-command-");
    }

    [Fact]
    public async Task Leaves_a_transcript_where_its_cluster_wants_one()
    {
        var task = await berth.TaskAsync();
        const string Streams = "aws logs describe-log-streams --log-stream-name-prefix ecs-execute-command- --query logStreams[].logStreamName --log-group-name";
        var before = (await berth.RunAsync($"{Streams} side")).Split('\t');
        await berth.RunAsync("aws logs create-log-group --log-group-name audit; aws s3api create-bucket --bucket audit");

        // 1. By default where the container's own output goes, if it goes to a log group.
        await berth.RunAsync(berth.Exec(task, "/bin/busybox echo one", "side"));
        var stream = (await berth.UntilAsync($"{Streams} side", said => said.Split('\t').Except(before).Any(name => name.Length > 0))).Split('\t').Except(before).ShouldHaveSingleItem();
        (await EventsAsync("side", stream)).ShouldContain("one");

        // 2. Where the cluster says, or nowhere.
        await berth.RunAsync("aws ecs update-cluster --cluster default --configuration 'executeCommandConfiguration={logging=OVERRIDE,logConfiguration={cloudWatchLogGroupName=audit,s3BucketName=audit,s3KeyPrefix=shells/}}'");
        (await berth.TryAsync(berth.Exec(task, "/bin/busybox sh -c 'echo out; echo error >&2; exit 7'"))).ExitCode.ShouldBe(7);
        await berth.RunAsync("aws ecs update-cluster --cluster default --configuration executeCommandConfiguration={logging=NONE}");
        await berth.RunAsync(berth.Exec(task, "/bin/busybox echo unseen", "side"));

        stream = await berth.UntilAsync($"{Streams} audit", said => said.Length > 0);
        var lines = await berth.UntilAsync($"aws logs get-log-events --log-group-name audit --log-stream-name {stream} --start-from-head --query events[].[message]", said => said.Contains("Script done", StringComparison.Ordinal));
        lines.Split('\n').Skip(1).Take(2).ShouldBe(["out", "error"], ignoreOrder: true);
        lines.ShouldStartWith("Script started on ");
        lines.ShouldEndWith("[COMMAND_EXIT_CODE=\"7\"]");
        (await berth.RunAsync($"aws s3api get-object --bucket audit --key shells/{stream}.log {berth.Data}/transcript >/dev/null; grep . {berth.Data}/transcript")).ShouldBe(lines);     // An empty line is no event.
        (await berth.RunAsync($"{Streams} side")).Split('\t').Except(before).Count().ShouldBe(1);

        // 3. One that must be encrypted, and would not be, is no session at all.
        await berth.RunAsync("aws ecs update-cluster --cluster default --configuration 'executeCommandConfiguration={logging=OVERRIDE,logConfiguration={s3BucketName=audit,s3EncryptionEnabled=true}}'");
        (await berth.TryAsync(berth.Exec(task, "/bin/busybox echo never"))).Errors.ShouldContain("encryption is not set up on the selected Amazon S3 bucket");
        await berth.RunAsync("aws ecs update-cluster --cluster default --configuration executeCommandConfiguration={logging=DEFAULT}");

        Task<string> EventsAsync(string group, string name) => berth.UntilAsync(
            $"aws logs get-log-events --log-group-name {group} --log-stream-name {name} --start-from-head --query events[].message", said => said.Contains("Script done", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Is_found_by_a_service_and_by_the_first_digits_of_a_task()
    {
        var task = (await berth.TaskAsync()).Split('/')[^1];
        await berth.RunAsync($"aws ecs create-service --service-name shells --task-definition {berth.Named("shell")} --desired-count 1 --enable-execute-command");
        var own = await berth.UntilAsync("aws ecs list-tasks --service-name shells --query taskArns[0]", said => said.StartsWith("arn:", StringComparison.Ordinal));
        await berth.IsReadyAsync(own, "RUNNING\tRUNNING");

        (await HostAsync("shells")).ShouldBe(await HostAsync(own.Split('/')[^1]));
        (await HostAsync(task[..12])).ShouldBe(await HostAsync(task));
        (await HostAsync(task)).ShouldNotBe(await HostAsync(own));
        (await berth.TryAsync(berth.Exec("0000000", "/bin/busybox true"))).Errors.ShouldContain("neither a running task's id");
        await berth.RunAsync("aws ecs delete-service --service shells --force");

        Task<string> HostAsync(string named) => berth.RunAsync(berth.Exec(named, "/bin/busybox hostname"));
    }

    [Fact]
    public async Task Reaches_containers_in_a_network_of_their_own_and_in_one_that_was_ready()
    {
        var image = await berth.WebImageAsync();
        await berth.TaskAsync();
        var subnet = await berth.RunAsync("aws ec2 describe-subnets --filters Name=availability-zone,Values=us-east-1a --query Subnets[0].SubnetId");
        await RegisterAsync("own", "awsvpc");
        await RegisterAsync("plain", "bridge");

        // 1. An address of its own.
        var own = await RunTaskAsync("own", $"--network-configuration 'awsvpcConfiguration={{subnets=[{subnet}]}}'");
        var address = await berth.RunAsync($"aws ecs describe-tasks --tasks {own} --query tasks[0].containers[0].networkInterfaces[0].privateIpv4Address");
        (await berth.RunAsync(berth.Exec(own, "/bin/busybox ip -4 -o addr"))).ShouldContain($" {address}/");

        // 2. The second plain task finds a network that the first one's wish has made ready.
        await RunTaskAsync("plain");
        await berth.UntilAsync("docker ps --filter label=com.amazonaws.ecs.container-instance-arn=$(aws ecs list-container-instances --query containerInstanceArns[0]) --format '{{.Label \"com.amazonaws.ecs.task-arn\"}}.' | grep -c '^[.]$' || :", said => said != "0");
        var second = await RunTaskAsync("plain");
        var container = (await berth.ContainersAsync(berth.Named("plain"), $"--filter label=com.amazonaws.ecs.task-arn={second}")).ShouldHaveSingleItem();
        (await berth.RunAsync($"docker inspect --format '{{{{.HostConfig.NetworkMode}}}}' {container}")).ShouldStartWith("container:");
        (await berth.RunAsync(berth.Exec(second, "/bin/busybox ip -4 -o addr"))).ShouldContain(" eth0 ");

        Task RegisterAsync(string name, string mode) => TaskDefinition.RegisterAsync(berth, $$"""
            {
              "family": "{{berth.Named(name)}}", "networkMode": "{{mode}}", "taskRoleArn": "arn:aws:iam::{{berth.Account}}:role/shell",
              "containerDefinitions": [{ "name": "app", "image": "{{image}}", "memory": 16, "stopTimeout": 1, "command": ["/bin/busybox", "sleep", "86400"] }]
            }
            """);

        async Task<string> RunTaskAsync(string name, string more = "")
        {
            var task = await berth.RunAsync($"aws ecs run-task --task-definition {berth.Named(name)} --enable-execute-command {more} --query tasks[0].taskArn");
            await berth.IsReadyAsync(task);
            return task;
        }
    }

    [Fact]
    public async Task Opens_for_its_own_token_once()
    {
        var task = await berth.TaskAsync();
        var other = await AskAsync(task);
        var session = await AskAsync(task);

        (await OpenAsync(session.Url, "nonsense")).ShouldBe("closed 1008");
        (await OpenAsync(session.Url, other.Token)).ShouldBe("closed 1008");
        (await OpenAsync(session.Url, session.Token)).ShouldBe("opened 5");
        (await OpenAsync(session.Url, session.Token)).ShouldBeOneOf("refused 404", "closed 1008");
        (await OpenAsync(session.Url.Replace("ecs-execute-command-", "ecs-execute-command-0", StringComparison.Ordinal), session.Token)).ShouldBe("refused 404");
        (await berth.RefusedAsync($"aws ecs execute-command --task {task} --container app --no-interactive --command sh")).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Ends_with_the_client_and_with_it_the_command()
    {
        var task = await berth.TaskAsync();

        await berth.RunAsync($$"""
            {{berth.Exec(task, $"/bin/busybox sleep {Marker}1")}} < /dev/zero & client=$!
            until {{Sleeping(1)}}; do sleep 0.1; done
            kill -9 $client
            """);

        await berth.UntilAsync($"{Sleeping(1)} && echo runs || echo gone", said => said == "gone");
    }

    [Fact]
    public async Task Holds_up_a_command_whose_output_nobody_reads()
    {
        var task = await berth.TaskAsync();
        var session = await AskAsync(task, "/bin/busybox yes holding-up-for-ever");
        var agent = berth.ProcessOf("agent-1");
        var server = berth.ProcessOf("server");

        // `yes` makes gigabytes in the time that this takes.
        var grown = await berth.RunAsync($$"""
            memory() { awk '/^VmRSS/ { print $2 }' /proc/$1/status; }
            mkfifo {{berth.Data}}/idle
            python3 {{Scripts}}/plugin.py flood '{{session.Url}}' '{{session.Token}}' < {{berth.Data}}/idle & client=$!
            exec 9> {{berth.Data}}/idle
            until pgrep -f '^/bin/busybox yes holding-up' > /dev/null; do sleep 0.1; done
            sleep 1; before=$(( $(memory {{agent}}) + $(memory {{server}}) ))
            sleep 3; after=$(( $(memory {{agent}}) + $(memory {{server}}) ))
            kill -9 $client; exec 9>&-
            echo $(( after - before ))
            """);

        int.Parse(grown, CultureInfo.InvariantCulture).ShouldBeLessThan(64 * 1024);
        await berth.UntilAsync("pgrep -f '^/bin/busybox yes holding-up' > /dev/null && echo runs || echo gone", said => said == "gone");
    }

    [Fact]
    public async Task Ends_when_the_container_stops()
    {
        await berth.TaskAsync();
        var task = await berth.RunTaskAsync();

        var answer = await berth.TryAsync($$"""
            ({{berth.Exec(task, $"/bin/busybox sleep {Marker}2")}} < /dev/zero || echo "exit $?") &
            until {{Sleeping(2)}}; do sleep 0.1; done
            aws ecs stop-task --task {{task}} > /dev/null
            wait
            """);

        answer.Output.ShouldContain("exit ");
        answer.Errors.ShouldContain("The container has stopped.");
    }

    [Fact]
    public async Task Ends_at_once_when_the_server_or_the_agent_dies_and_can_be_opened_anew()
    {
        var task = await berth.TaskAsync();
        foreach (var (role, number) in ((string, int)[])[("server", 3), ("agent-1", 4)])
        {
            var client = berth.TryAsync($"timeout 30 {berth.Exec(task, $"/bin/busybox sleep {Marker}{number}")} < /dev/zero");
            await berth.UntilAsync($"{Sleeping(number)} && echo runs || echo gone", said => said == "runs");

            await berth.KillAndAwaitAnotherAsync(role);

            var answer = await client;
            answer.ExitCode.ShouldBe(1, $"{role}: {answer.Errors}");
            answer.Errors.ShouldContain("lost");
            await berth.UntilAsync($"{Sleeping(number)} && echo runs || echo gone", said => said == "gone");
            await berth.UntilAsync($"{berth.Exec(task, "/bin/busybox echo again")} || true", said => said == "again");
        }
    }

    private static string Sleeping(int number) => $"pgrep -f '^/bin/busybox sleep {Marker}{number}' > /dev/null";

    /// <summary>The aws CLI with a plugin on its path.</summary>
    private string Cli(string task) => $"""
        env PATH={berth.Data}/bin:$PATH aws ecs execute-command --task {task} --container app --interactive --command '/bin/busybox sh'
        """.Trim();

    private async Task<string> InATerminalAsync(string command, string last)
    {
        var steps = $$"""
            [{"see":"# ","type":"busybox stty size\r"},{"see":"40 132","type":""},{"rows":24,"columns":80},{"see":"# ","type":"busybox sleep 1; busybox stty size\r"},{"see":"24 80","type":""},
             {"see":"# ","type":"echo rea\"\"dy; busybox sleep 1000\r"},{"see":"ready","type":"\u0003","again":true},{"see":"# ","type":"{{last}}\r"}]
            """;
        return await berth.RunAsync($$"""
            mkdir -p {{berth.Data}}/bin; cp {{Scripts}}/plugin.py {{berth.Data}}/bin/session-manager-plugin; chmod +x {{berth.Data}}/bin/session-manager-plugin
            steps=$(cat <<'END'
            {{steps}}
            END
            )
            python3 {{Scripts}}/terminal.py "$steps" {{command}}
            """);
    }

    private static void ShouldBeATerminal(string shown, string end)
    {
        shown.ShouldContain("40 132");
        shown.ShouldContain("24 80");
        shown.ShouldContain("^C");
        shown.ShouldContain(end);
    }

    private async Task<(string Url, string Token)> AskAsync(string task, string command = "/bin/busybox sleep 1")
    {
        using var ecs = berth.OpenEcs();
        var session = (await ecs.CallAsync(
            "ExecuteCommand", $$"""{"task":"{{task}}","container":"app","interactive":true,"command":"{{command}}"}""", TestContext.Current.CancellationToken)).GetProperty("session");
        return (session.GetProperty("streamUrl").GetString()!, session.GetProperty("tokenValue").GetString()!);
    }

    private Task<string> OpenAsync(string url, string token) => berth.RunAsync($"python3 {Scripts}/plugin.py open '{url}' '{token}'");
}
