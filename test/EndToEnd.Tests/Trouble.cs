namespace Berth.EndToEnd.Tests;

/// <summary>What goes wrong for a user, and what the product says of it.</summary>
public sealed class Trouble(Trouble.AnInstallation berth) : IClassFixture<Trouble.AnInstallation>
{
    private const string Events = "--query services[0].events[].message";

    public sealed class AnInstallation() : Installation("--no-sample");

    [Fact]
    public async Task An_image_that_does_not_exist_stops_the_task_and_slows_the_service_down()
    {
        berth.Require();
        var family = berth.Named("absent");
        await TaskDefinition.RegisterAsync(berth, family, $"{berth.Registry}/absent:1");

        var task = await berth.RunAsync($"aws ecs run-task --task-definition {family} --query tasks[0].taskArn");
        await berth.RunAsync($"aws ecs create-service --service-name absent --task-definition {family} --desired-count 1");

        var end = await berth.UntilAsync($"aws ecs describe-tasks --tasks {task} --query tasks[0].[lastStatus,stopCode,stoppedReason,containers[0].reason]", said => said.StartsWith("STOPPED", StringComparison.Ordinal));
        end.ShouldStartWith("STOPPED\tTaskFailedToStart\tCannotPullContainerError");
        await berth.UntilAsync($"aws ecs describe-services --services absent {Events}", said => said.Contains("(service absent) is unable to consistently start tasks successfully.", StringComparison.Ordinal));
        await berth.RunAsync("aws ecs delete-service --service absent --force");
    }

    [Fact]
    public async Task An_image_named_by_digest_that_was_removed_since_is_pulled_again()
    {
        berth.Require();
        var family = berth.Named("digest");
        await berth.WebImageAsync();
        var image = $"{berth.Registry}/web@{await berth.RunAsync("aws ecr describe-images --repository-name web --query imageDetails[0].imageDigest")}";
        await TaskDefinition.RegisterAsync(berth, family, image);

        // Pulled by the first task and found by the second, so that the agent takes it for there.
        await RunAndStopAsync();
        await RunAndStopAsync();
        await berth.RunAsync($"docker rmi -f {image}");
        await berth.RefusedAsync($"docker image inspect {image}");
        await RunAndStopAsync();

        async Task RunAndStopAsync()
        {
            var task = await berth.RunAsync($"aws ecs run-task --task-definition {family} --query tasks[0].taskArn");
            await berth.UntilAsync($"aws ecs describe-tasks --tasks {task} --query tasks[0].lastStatus", said => said == "RUNNING");
            await berth.RunAsync($"docker rm -f {string.Join(' ', await berth.ContainersAsync(family))}");
            await berth.UntilAsync($"aws ecs describe-tasks --tasks {task} --query tasks[0].lastStatus", said => said == "STOPPED");
        }
    }

    [Fact]
    public async Task A_host_port_is_given_once_on_an_instance()
    {
        berth.Require();
        var family = berth.Named("port");
        var port = Installation.FreePort();
        await TaskDefinition.RegisterAsync(berth, family, await berth.WebImageAsync(), hostPort: port);
        var instance = await berth.RunAsync("aws ecs list-container-instances --query containerInstanceArns");

        var first = await berth.RunAsync($"aws ecs run-task --task-definition {family} --query tasks[0].taskArn");
        (await berth.RunAsync($"aws ecs run-task --task-definition {family} --query '[length(tasks),failures[0].arn,failures[0].reason]'")).ShouldBe($"0\t{instance}\tRESOURCE:PORTS");

        await berth.RunAsync($"aws ecs stop-task --task {first}");
        await berth.UntilAsync($"aws ecs describe-tasks --tasks {first} --query tasks[0].lastStatus", said => said == "STOPPED");
        await berth.RunAsync($"aws ecs stop-task --task $(aws ecs run-task --task-definition {family} --query tasks[0].taskArn)");
    }

    [Fact]
    public async Task A_task_larger_than_the_machine_is_refused_and_its_service_says_why()
    {
        berth.Require();
        var family = berth.Named("large");
        await TaskDefinition.RegisterAsync(berth, family, await berth.WebImageAsync(), memory: 9_000_000);

        (await berth.RunAsync($"aws ecs run-task --task-definition {family} --query '[length(tasks),failures[0].reason]'")).ShouldBe("0\tRESOURCE:MEMORY");

        await berth.RunAsync($"aws ecs create-service --service-name large --task-definition {family} --desired-count 1");
        (await berth.UntilAsync($"aws ecs describe-services --services large {Events}", said => said.Contains("was unable to place a task", StringComparison.Ordinal)))
            .ShouldContain("has insufficient memory available");
        await berth.RunAsync("aws ecs delete-service --service large --force");
    }

    [Theory]
    [InlineData("list-tasks --cluster nowhere", "ListTasks", "ClusterNotFoundException", "Cluster not found.")]
    [InlineData("run-task --cluster nowhere --task-definition some:1", "RunTask", "ClusterNotFoundException", "Cluster not found.")]
    [InlineData("update-service --service nothing --desired-count 1", "UpdateService", "ServiceNotFoundException", "Service not found.")]
    [InlineData("delete-service --service nothing", "DeleteService", "ServiceNotFoundException", "Service not found.")]
    [InlineData("stop-task --task 0123456789abcdef0123456789abcdef", "StopTask", "InvalidParameterException", "The referenced task was not found.")]
    [InlineData("run-task --task-definition nothing:1", "RunTask", "ClientException", "TaskDefinition not found.")]
    [InlineData("describe-task-definition --task-definition nothing", "DescribeTaskDefinition", "ClientException", "Unable to describe task definition.")]
    public async Task What_is_not_there_is_an_error_in_the_words_of_ECS(string command, string operation, string code, string message)
    {
        berth.Require();

        (await berth.RefusedAsync($"aws ecs {command}")).ShouldBe($"An error occurred ({code}) when calling the {operation} operation: {message}");
    }

    [Theory]
    [InlineData("describe-clusters --clusters nothing", "cluster/nothing")]
    [InlineData("describe-services --services nothing", "service/default/nothing")]
    [InlineData("describe-tasks --tasks 0123456789abcdef0123456789abcdef", "task/default/0123456789abcdef0123456789abcdef")]
    public async Task What_is_described_and_not_there_is_a_failure_beside_the_answer(string command, string resource)
    {
        berth.Require();

        (await berth.RunAsync($"aws ecs {command} --query failures[].[arn,reason]")).ShouldBe($"arn:aws:ecs:us-east-1:{berth.Account}:{resource}\tMISSING");
    }
}
