namespace Berth.Agent.Tests;

/// <summary>The text that a log router reads, to the letter.</summary>
public sealed class TheRoutersConfiguration
{
    private const string Arn = "arn:aws:ecs:us-east-1:000000000000:task/test/1";
    private static readonly FirelensMetadata Metadata = new("test", Arn, "fam:3", "i-1");

    [Fact]
    public void Is_fluent_bits() =>
        Config(Task("fluentbit", "bridge", new() { ["config-file-type"] = "file", ["config-file-value"] = "/extra.conf" })).ShouldBe("""
            [INPUT]
                Name forward
                Mem_Buf_Limit 32MB
                unix_path /var/run/fluent.sock

            [INPUT]
                Name forward
                Listen 0.0.0.0
                Port 24224

            [INPUT]
                Name tcp
                Tag firelens-healthcheck
                Listen 127.0.0.1
                Port 8877

            [FILTER]
                Name grep
                Match app-firelens*
                Regex log ^keep this

            [FILTER]
                Name grep
                Match app-firelens*
                Exclude log /drop

            [FILTER]
                Name record_modifier
                Match *
                Record ec2_instance_id i-1
                Record ecs_cluster test
                Record ecs_task_arn arn:aws:ecs:us-east-1:000000000000:task/test/1
                Record ecs_task_definition fam:3

            @INCLUDE /extra.conf

            [OUTPUT]
                Name null
                Match firelens-healthcheck

            [OUTPUT]
                Name http
                Match app-firelens*
                Header ${Header_1}
                Host example.com
                retry_limit 2


            """);

    [Fact]
    public void Is_fluentds() =>
        Config(Task("fluentd", "bridge", new() { ["config-file-type"] = "s3", ["config-file-value"] = "arn:aws:s3:::conf/f.conf" })).ShouldBe("""
            <source>
                @type unix
                path /var/run/fluent.sock
            </source>

            <source>
                @type forward
                bind 0.0.0.0
                port 24224
            </source>

            <filter app-firelens**>
                @type grep
                <regexp>
                    key log
                    pattern /^keep this/
                </regexp>
            </filter>

            <filter app-firelens**>
                @type grep
                <exclude>
                    key log
                    pattern //drop/
                </exclude>
            </filter>

            <filter **>
                @type record_transformer
                <record>
                    ec2_instance_id i-1
                    ecs_cluster test
                    ecs_task_arn arn:aws:ecs:us-east-1:000000000000:task/test/1
                    ecs_task_definition fam:3
                </record>
            </filter>

            @include /fluentd/etc/external.conf

            <match app-firelens**>
                @type http
                Header "#{ENV['Header_1']}"
                Host example.com
                retry_limit 2
            </match>


            """);

    [Theory]
    [InlineData("fluentbit", "Listen 127.0.0.1\n    Port 24224", "Port 8877")]
    [InlineData("fluentd", "bind 127.0.0.1\n    port 24224", null)]
    public void Opens_its_port_to_its_own_task_where_that_has_a_network_and_not_at_all_on_the_hosts(string type, string port, string? health)
    {
        var own = Config(Task(type, "awsvpc"));
        own.ShouldContain(port);
        own.Contains(health ?? "8877", StringComparison.Ordinal).ShouldBe(health is not null);

        Config(Task(type, "host")).ShouldNotContain("24224");
        Config(Task(type, "host")).ShouldNotContain("healthcheck");
    }

    [Theory]
    [InlineData("fluentbit")]
    [InlineData("fluentd")]
    public void Adds_nothing_to_records_where_that_is_not_wanted(string type) =>
        Config(Task(type, "bridge", new() { ["enable-ecs-log-metadata"] = "false" })).ShouldNotContain("ecs_");

    [Fact]
    public void Does_not_name_the_instance_of_a_task_that_is_not_to_know_it() =>
        FirelensConfig.Of(FirelensRouter.Of(Task("fluentbit", "bridge"))!, Metadata with { Ec2InstanceId = null }).ShouldNotContain("ec2_instance_id");

    [Theory]
    [InlineData("fluentbit", "[OUTPUT]\n    Name null")]
    [InlineData("fluentd", null)]
    public void Has_no_output_for_a_container_without_options(string type, string? only)
    {
        var task = Task(type, "bridge");
        var config = Config(task with { Containers = [task.Containers[0], App("""{"LogConfig":{"Type":"awsfirelens","Config":{"exclude-pattern":"x"}}}""")] });

        config.ShouldContain("app-firelens");    // The filter.
        config.Split(type == "fluentd" ? "<match" : "[OUTPUT]").Length.ShouldBe(only is null ? 1 : 2);
        config.ShouldContain(only ?? "");
    }

    [Theory]
    [InlineData(0, """{"MemoryReservation":104857600}""", "50MB")]
    [InlineData(200, """{"MemoryReservation":104857600}""", "50MB")]
    [InlineData(200, "{}", "100MB")]
    [InlineData(1, "{}", "1MB")]
    [InlineData(0, "{}", "25MB")]
    [InlineData(0, """{"MemoryReservation":"much"}""", "25MB")]
    public void Keeps_half_of_the_routers_memory_for_what_comes(int memoryMiB, string hostConfig, string expected)
    {
        var task = Task("fluentbit", "bridge");
        task = task with { Containers = [task.Containers[0] with { Memory = memoryMiB, DockerConfig = new("1.24", "{}", hostConfig) }, task.Containers[1]] };

        Config(task).ShouldContain($"Mem_Buf_Limit {expected}\n");
    }

    [Theory]
    [InlineData("vector", "{}", "invalid firelens configuration type: vector")]
    [InlineData("fluentbit", """{"Host":"example.com"}""", "unable to apply log options of container app to firelens config: missing output key Name which is required for firelens configuration of type fluentbit")]
    [InlineData("fluentd", """{"Name":"stdout"}""", "unable to apply log options of container app to firelens config: missing output key @type which is required for firelens configuration of type fluentd")]
    public void Is_refused_with_the_task_where_it_cannot_be(string type, string options, string reason)
    {
        var task = Task(type, "bridge");
        task = task with { Containers = [task.Containers[0], App($$"""{"LogConfig":{"Type":"awsfirelens","Config":{{options}} } }""")] };

        TaskAcceptance.Accept(task, default).Reason.ShouldBe($"ResourceInitializationError: unable to initialize firelens resource: {reason}");
    }

    [Theory]
    [InlineData("s3", null, "option config-file-type is specified but config-file-value is not specified")]
    [InlineData("http", "x", "invalid value http is specified for option config-file-type")]
    public void Is_refused_where_it_includes_what_it_cannot(string type, string? value, string reason)
    {
        var options = new Dictionary<string, string> { ["config-file-type"] = type };
        if (value is not null)
        {
            options["config-file-value"] = value;
        }

        TaskAcceptance.Accept(Task("fluentd", "bridge", options), default).Reason.ShouldBe($"ResourceInitializationError: unable to initialize firelens resource: {reason}");
    }

    [Fact]
    public void Is_missed_where_there_is_no_router()
    {
        var task = Task("fluentbit", "bridge");

        TaskAcceptance.Accept(task with { Containers = [task.Containers[1]] }, default).Reason
            .ShouldBe("ResourceInitializationError: unable to initialize firelens resource: container app has the log driver awsfirelens, but no container has a firelensConfiguration");
    }

    private static string Config(TaskSpec task) => FirelensConfig.Of(FirelensRouter.Of(task)!, Metadata);

    private static TaskSpec Task(string type, string networkMode, Dictionary<string, string>? options = null) => new()
    {
        Arn = Arn,
        Family = "fam",
        Version = "3",
        NetworkMode = networkMode,
        Containers =
        [
            new() { Name = "router", Image = "i", Memory = 64, FirelensConfiguration = new(type, options) },
            App($$$"""
                {"LogConfig":{"Type":"awsfirelens","Config":{"{{{(type == "fluentd" ? "@type" : "Name")}}}":"http","retry_limit":"2","Host":"example.com","include-pattern":"^keep this","exclude-pattern":"/drop","log-driver-buffer-limit":"9"} } }
                """) with { Secrets = [new("Header", "/key", null, "ssm", "ENVIRONMENT_VARIABLE", "LOG_DRIVER")] },
        ],
    };

    private static ContainerSpec App(string hostConfig) => new() { Name = "app", Image = "i", DockerConfig = new("1.24", "{}", hostConfig) };
}
