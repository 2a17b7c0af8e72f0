namespace Berth.EndToEnd.Tests;

/// <summary>The way through ECS that every introduction takes, with the aws CLI, docker and the CLI's own waiters.</summary>
public sealed class TheWalk(TheWalk.AnInstallation berth) : IClassFixture<TheWalk.AnInstallation>
{
    public sealed class AnInstallation() : Installation("--no-sample");

    [Fact]
    public async Task Takes_a_cluster_an_image_and_a_task_from_creation_to_the_end()
    {
        berth.Require();

        // 1. A cluster, and the machine in the default one.
        (await berth.RunAsync("aws ecs create-cluster --cluster-name walk --query cluster.[clusterName,status]")).ShouldBe("walk\tACTIVE");
        (await berth.RunAsync("aws ecs list-clusters --query 'length(clusterArns)'")).ShouldBe("2");
        (await berth.RunAsync("""
            aws ecs describe-container-instances --container-instances $(aws ecs list-container-instances --query containerInstanceArns) \
              --query 'containerInstances[].[status,agentConnected,registeredResources[?name==`CPU`].integerValue|[0]]'
            """)).ShouldBe($"ACTIVE\tTrue\t{Environment.ProcessorCount * 1024}");

        // 2. An image and the classic example of a task definition.
        var image = await WebImage.PushAsync(berth, "team/walk");
        image.ShouldBe($"{berth.Registry}/team/walk:1");
        var port = Installation.FreePort();
        var revision = await TaskDefinition.RegisterAsync(berth, $$"""
            {
              "family": "{{berth.Named("classic")}}",
              "taskRoleArn": "arn:aws:iam::{{berth.Account}}:role/classic",
              "networkMode": "bridge",
              "containerDefinitions": [
                {
                  "name": "web",
                  "links": ["mysql"],
                  "image": "{{image}}",
                  "essential": true,
                  "memory": 64,
                  "cpu": 64,
                  "portMappings": [
                    { "containerPort": 8080, "hostPort": {{port}}, "protocol": "tcp" },
                    { "containerPort": 8081, "hostPort": 0, "protocol": "tcp" }
                  ],
                  "environment": [{ "name": "JAVA_OPTS", "value": "-Xms64m -Xmx256m" }, { "name": "RELEASE", "value": "classic" }],
                  "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": { "awslogs-group": "/walk", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "walk", "awslogs-create-group": "true" }
                  },
                  "stopTimeout": 2
                },
                {
                  "name": "mysql",
                  "image": "{{image}}",
                  "essential": true,
                  "memory": 64,
                  "cpu": 64,
                  "command": ["/bin/busybox", "httpd", "-f", "-p", "3306", "-h", "/www"],
                  "stopTimeout": 2
                }
              ]
            }
            """);
        revision.ShouldBe($"{berth.Named("classic")}:1");

        // 3. A task of it runs.
        var task = await berth.RunAsync($"aws ecs run-task --task-definition {revision} --query tasks[0].taskArn");
        await berth.RunAsync($"aws ecs wait tasks-running --tasks {task}");
        (await berth.RunAsync($"aws ecs describe-tasks --tasks {task} --query 'tasks[0].containers[?name==`web`].networkBindings[0] | [0].[containerPort,hostPort]'")).ShouldBe($"8080\t{port}");
        using var site = new Website($"http://127.0.0.1:{port}/");
        var container = (await site.GetAsync()).Split(' ')[0];
        (await berth.TaskOfAsync(container)).ShouldBe(task);
        (await site.GetAsync("cgi-bin/options")).ShouldBe("-Xms64m -Xmx256m");
        (await site.GetAsync("cgi-bin/linked")).Trim().ShouldBe("Where there is a will there is a way.");
        await berth.UntilAsync(
            $"aws logs get-log-events --log-group-name /walk --log-stream-name walk/web/{task.Split('/')[^1]} --query events[].message",
            messages => messages.Contains($"asked {container}", StringComparison.Ordinal));

        // 4. And ends.
        await berth.RunAsync($"aws ecs stop-task --task {task} --reason 'the walk is over'");
        await berth.RunAsync($"aws ecs wait tasks-stopped --tasks {task}");
        (await berth.RunAsync($"aws ecs describe-tasks --tasks {task} --query tasks[0].[lastStatus,stopCode,stoppedReason]")).ShouldBe("STOPPED\tUserInitiated\tthe walk is over");
        (await berth.ContainersAsync(berth.Named("classic"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task Takes_a_service_from_creation_through_scaling_and_a_deployment_under_load_to_the_end()
    {
        berth.Require();
        var image = await WebImage.PushAsync(berth, "service");
        var family = berth.Named("site");
        await TaskDefinition.RegisterAsync(berth, family, image, release: "one");

        // 1. Three tasks behind a listener.
        var balancer = await LoadBalancer.CreateAsync(berth, "site");
        using var site = balancer.OpenSite();
        await berth.RunAsync($"aws ecs create-service --service-name site --task-definition {family} --desired-count 3 {balancer.Option} --health-check-grace-period-seconds 30");
        await site.AnsweredByAsync(3, release: "one");
        await berth.RunAsync("aws ecs wait services-stable --services site");
        (await berth.RunAsync("aws ecs describe-services --services site --query services[0].[desiredCount,runningCount,pendingCount]")).ShouldBe("3\t3\t0");

        // 2. More, and fewer.
        await berth.RunAsync("aws ecs update-service --service site --desired-count 5");
        await site.AnsweredByAsync(5);
        await berth.RunAsync("aws ecs update-service --service site --desired-count 1");
        await site.AnsweredByAsync(1);
        await berth.UntilAsync($"docker ps -q --filter label=com.amazonaws.ecs.task-definition-family={family} | wc -l", count => count == "1");

        // 3. A new revision, and nobody notices.
        await berth.RunAsync("aws ecs update-service --service site --desired-count 2");
        await site.AnsweredByAsync(2);
        var second = await TaskDefinition.RegisterAsync(berth, family, image, release: "two");
        await using (var load = Load.On(site))
        {
            await load.GoOnAsync(50);
            await berth.RunAsync($"aws ecs update-service --service site --task-definition {second}");
            await site.AnsweredByAsync(2, release: "two");
            await berth.UntilAsync("aws ecs describe-services --services site --query 'services[0].deployments[].[status,rolloutState,runningCount]'", said => said == "PRIMARY\tCOMPLETED\t2");
            await load.GoOnAsync(50);
            (await load.StopAsync()).ShouldBeEmpty();
        }

        // 4. The end.
        (await berth.RefusedAsync("aws ecs delete-service --service site")).ShouldContain("InvalidParameterException");
        await berth.RunAsync("aws ecs delete-service --service site --force");
        await berth.RunAsync("aws ecs wait services-inactive --services site");
        await berth.UntilAsync($"docker ps -q --filter label=com.amazonaws.ecs.task-definition-family={family} | wc -l", count => count == "0");
    }
}
