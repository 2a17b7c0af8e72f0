# What a web service on ECS usually has around it.

variable "endpoint" {
  type = string
}

variable "image_tag" {
  type    = string
  default = "1"
}

variable "desired_count" {
  type    = number
  default = 1
}

variable "target_capacity" {
  type    = number
  default = 100
}

variable "retention_in_days" {
  type    = number
  default = 7
}

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region                 = "us-east-1"
  skip_region_validation = true

  endpoints {
    ec2   = var.endpoint
    ecr   = var.endpoint
    ecs   = var.endpoint
    elbv2 = var.endpoint
    iam   = var.endpoint
    logs  = var.endpoint
    sts   = var.endpoint
  }

  default_tags {
    tags = {
      stack = "conformance"
    }
  }
}

data "aws_caller_identity" "current" {}

data "aws_vpc" "default" {
  default = true
}

data "aws_subnets" "default" {
  filter {
    name   = "vpc-id"
    values = [data.aws_vpc.default.id]
  }
}

data "aws_availability_zones" "available" {
  state = "available"
}

# --- identities ---

data "aws_iam_policy_document" "tasks" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

data "aws_iam_policy_document" "instances" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "execution" {
  name               = "web-execution"
  path               = "/web/"
  description        = "Pulls images and writes logs"
  assume_role_policy = data.aws_iam_policy_document.tasks.json
}

resource "aws_iam_role_policy_attachment" "execution" {
  role       = aws_iam_role.execution.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
}

resource "aws_iam_role" "task" {
  name                 = "web-task"
  assume_role_policy   = data.aws_iam_policy_document.tasks.json
  max_session_duration = 7200
}

resource "aws_iam_role_policy" "task" {
  name = "read"
  role = aws_iam_role.task.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "arn:aws:s3:::web/*" }]
  })
}

resource "aws_iam_policy" "write" {
  name = "web-write"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:PutObject"], Resource = "arn:aws:s3:::web/${var.image_tag}/*" }]
  })
}

resource "aws_iam_role_policy_attachment" "write" {
  role       = aws_iam_role.task.name
  policy_arn = aws_iam_policy.write.arn
}

resource "aws_iam_role" "instance" {
  name               = "web-instance"
  assume_role_policy = data.aws_iam_policy_document.instances.json
}

resource "aws_iam_role_policy_attachment" "instance" {
  for_each = toset([
    "arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role",
    "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
  ])
  role       = aws_iam_role.instance.name
  policy_arn = each.value
}

resource "aws_iam_instance_profile" "instance" {
  name = "web-instance"
  role = aws_iam_role.instance.name
}

# --- network ---

resource "aws_security_group" "balancer" {
  name        = "web-balancer"
  description = "What the balancer may hear and say"
  vpc_id      = data.aws_vpc.default.id

  ingress {
    description = "everybody"
    from_port   = 80
    to_port     = 80
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "tasks" {
  name_prefix = "web-tasks-"
  vpc_id      = data.aws_vpc.default.id
}

resource "aws_vpc_security_group_ingress_rule" "tasks" {
  security_group_id            = aws_security_group.tasks.id
  description                  = "from the balancer, version ${var.image_tag}"
  referenced_security_group_id = aws_security_group.balancer.id
  ip_protocol                  = "tcp"
  from_port                    = 8080
  to_port                      = 8080
}

# --- images and logs ---

resource "aws_ecr_repository" "web" {
  name                 = "team/web"
  image_tag_mutability = "IMMUTABLE"
  force_delete         = true

  image_scanning_configuration {
    scan_on_push = false
  }
}

resource "aws_ecr_lifecycle_policy" "web" {
  repository = aws_ecr_repository.web.name
  policy = jsonencode({
    rules = [{
      rulePriority = 1
      description  = "the last ten"
      selection    = { tagStatus = "any", countType = "imageCountMoreThan", countNumber = 10 }
      action       = { type = "expire" }
    }]
  })
}

resource "aws_cloudwatch_log_group" "web" {
  name              = "/ecs/web"
  retention_in_days = var.retention_in_days
}

# --- load balancing ---

resource "aws_lb" "web" {
  name               = "web"
  load_balancer_type = "application"
  subnets            = slice(sort(data.aws_subnets.default.ids), 0, 2)
  security_groups    = [aws_security_group.balancer.id]
}

resource "aws_lb_target_group" "web" {
  name                 = "web"
  port                 = 80
  protocol             = "HTTP"
  vpc_id               = data.aws_vpc.default.id
  target_type          = "instance"
  deregistration_delay = 10

  health_check {
    path                = "/healthz"
    interval            = 10
    healthy_threshold   = 2
    unhealthy_threshold = 2
    matcher             = "200-299"
  }
}

resource "aws_lb_listener" "web" {
  load_balancer_arn = aws_lb.web.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.web.arn
  }
}

resource "aws_lb_listener_rule" "teapot" {
  listener_arn = aws_lb_listener.web.arn
  priority     = 10

  action {
    type = "fixed-response"
    fixed_response {
      content_type = "text/plain"
      message_body = "version ${var.image_tag}"
      status_code  = "418"
    }
  }

  condition {
    path_pattern {
      values = ["/teapot*"]
    }
  }
}

# --- containers ---

resource "aws_ecs_cluster" "web" {
  name = "web"

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

resource "aws_ecs_capacity_provider" "machines" {
  name = "machines"

  auto_scaling_group_provider {
    auto_scaling_group_arn         = "arn:aws:autoscaling:us-east-1:${data.aws_caller_identity.current.account_id}:autoScalingGroup:6f1d7f0e-8a52-4c0c-9d26-0b8f5a4f2c11:autoScalingGroupName/machines"
    managed_termination_protection = "DISABLED"

    managed_scaling {
      status          = "ENABLED"
      target_capacity = var.target_capacity
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "web" {
  cluster_name       = aws_ecs_cluster.web.name
  capacity_providers = ["FARGATE", aws_ecs_capacity_provider.machines.name]

  default_capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.machines.name
    base              = 1
    weight            = 100
  }
}

resource "aws_ssm_parameter" "motto" {
  name        = "/web/motto"
  description = "of tests"
  type        = "SecureString"
  value       = "release ${var.image_tag}"
  tags        = { team = "web" }
}

resource "aws_secretsmanager_secret" "database" {
  name                    = "web/database"
  recovery_window_in_days = 0
  tags                    = { team = "web" }
}

resource "aws_secretsmanager_secret_version" "database" {
  secret_id     = aws_secretsmanager_secret.database.id
  secret_string = jsonencode({ user = "web", password = "swordfish-${var.image_tag}" })
}

resource "aws_ecs_task_definition" "web" {
  family                   = "web"
  requires_compatibilities = ["EC2"]
  network_mode             = "bridge"
  execution_role_arn       = aws_iam_role.execution.arn
  task_role_arn            = aws_iam_role.task.arn

  container_definitions = jsonencode([{
    name         = "web"
    image        = "${aws_ecr_repository.web.repository_url}:${var.image_tag}"
    cpu          = 64
    memory       = 64
    essential    = true
    portMappings = [{ containerPort = 8080, protocol = "tcp" }]
    environment  = [{ name = "STAGE", value = "test" }, { name = "COLOUR", value = "blue" }]
    secrets = [
      { name = "MOTTO", valueFrom = aws_ssm_parameter.motto.arn },
      { name = "PASSWORD", valueFrom = "${aws_secretsmanager_secret.database.arn}:password::" },
    ]
    logConfiguration = {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.web.name
        "awslogs-region"        = "us-east-1"
        "awslogs-stream-prefix" = "web"
      }
    }
  }])
}

resource "aws_ecs_service" "web" {
  name                              = "web"
  cluster                           = aws_ecs_cluster.web.id
  task_definition                   = aws_ecs_task_definition.web.arn
  desired_count                     = var.desired_count
  launch_type                       = "EC2"
  health_check_grace_period_seconds = 30
  wait_for_steady_state             = false

  ordered_placement_strategy {
    type  = "binpack"
    field = "memory"
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.web.arn
    container_name   = "web"
    container_port   = 8080
  }

  depends_on = [aws_lb_listener.web]
}

resource "aws_ecs_service" "worker" {
  name            = "worker"
  cluster         = aws_ecs_cluster.web.id
  task_definition = aws_ecs_task_definition.web.arn
  desired_count   = 0

  capacity_provider_strategy {
    capacity_provider = aws_ecs_capacity_provider.machines.name
    weight            = 1
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  depends_on = [aws_ecs_cluster_capacity_providers.web]
}

output "url" {
  value = "http://${aws_lb.web.dns_name}"
}
